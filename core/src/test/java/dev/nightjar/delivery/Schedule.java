/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The choices of one life of a process: those that it was told to make, then always the first one. Going through all
 * schedules one after the other makes every choice.
 */
final class Schedule {
    private final List<Integer> told;
    private final List<Integer> made = new ArrayList<>();
    private final List<Integer> options = new ArrayList<>();
    private final List<Object[]> story = new ArrayList<>();
    private final BiPredicate<SimulatedWorld, String> known;

    Schedule(List<Integer> told) {
        this(told, (world, state) -> false);
    }

    /** What leads to a known state ends there. */
    Schedule(List<Integer> told, BiPredicate<SimulatedWorld, String> known) {
        this.told = told;
        this.known = known;
    }

    /** Ends this life if the state that it has come to is known. */
    void rest(SimulatedWorld world, String state) {
        // What it was told leads further: this is not the first time here.
        if (made.size() >= told.size() && known.test(world, state)) {
            throw new Known();
        }
    }

    /** The end of a life that has come to a known state. */
    static final class Known extends Error {
        private static final long serialVersionUID = 1L;

        Known() {
            super("known", null, false, false);
        }
    }

    /** Chooses one of so many options. */
    int choose(int count) {
        int choice = made.size() < told.size() ? told.get(made.size()) : 0;
        made.add(choice);
        options.add(count);
        return choice;
    }

    void tell(Object... words) {
        story.add(words);
    }

    List<Integer> made() {
        return made;
    }

    /** What happened, a line each. */
    List<String> story() {
        return story.stream()
                .map(words -> Stream.of(words).map(String::valueOf).collect(Collectors.joining(" ")))
                .toList();
    }

    /** What the next schedule is told; null if this was the last one. */
    @Nullable
    List<Integer> next() {
        for (int last = made.size() - 1; last >= 0; last--) {
            if (made.get(last) + 1 < options.get(last)) {
                List<Integer> next = new ArrayList<>(made.subList(0, last));
                next.add(made.get(last) + 1);
                return next;
            }
        }
        return null;
    }
}
