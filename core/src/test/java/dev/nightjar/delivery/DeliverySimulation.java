/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.FatalException;
import dev.nightjar.RetriableException;
import dev.nightjar.delivery.Schedule.Known;
import dev.nightjar.delivery.SimulatedWorld.Defect;
import dev.nightjar.delivery.SimulatedWorld.Killed;
import dev.nightjar.delivery.SimulatedWorld.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The engine in a {@link SimulatedWorld}, in every way that things can go: each content of a topic, each division into
 * batches, and after each step the process killed or the world failing, twice at most. In all of them the law of {@link
 * SimulatedWorld#check} holds. What a process has done is only known by what it left behind, so worlds that look alike
 * are gone through once.
 *
 * <p>{@code -Dnightjar.simulation.records=4} and {@code .troubles=3} go further than each build can, and
 * {@code -Dnightjar.simulation.schedule} takes what a failure prints and runs that alone.
 */
public abstract class DeliverySimulation {
    private static final Set<Kind> ONCE = EnumSet.of(Kind.B, Kind.POISON);
    private static final String PROPERTY = "nightjar.simulation.";

    /** Lets the engine live until it has delivered all records of the world, or throws. */
    protected abstract void live(SimulatedWorld world);

    /** Where the logs are that tell of each failure. */
    private static final String LOGS = "dev.nightjar";

    @BeforeAll
    static void beQuiet() {
        Configurator.setLevel(LOGS, Level.ERROR);
    }

    @AfterAll
    static void speakAgain() {
        Configurator.setLevel(LOGS, Level.WARN);
    }

    @Test
    void everyRecordEndsWhereItShouldHoweverThingsGo() {
        String given = System.getProperty(PROPERTY + "schedule");
        if (given != null) {
            replay(given, Set.of());
            return;
        }
        Exploration all = new Exploration(Set.of(), bound("troubles", 2));
        contents(bound("records", 3)).forEach(all::explore);
        System.out.println(getClass().getSimpleName() + ": " + all);
        assertThat(all.lives).isGreaterThan(10_000);
    }

    private static int bound(String name, int value) {
        return Integer.getInteger(PROPERTY + name, value);
    }

    @ParameterizedTest
    @EnumSource
    void aDefectIsFound(Defect defect) {
        assumeTrue(canHave(defect), "not a defect that these surroundings can have");
        Set<Defect> planted = EnumSet.of(defect);
        assertThatThrownBy(() -> {
                    Exploration all = new Exploration(planted, 1);
                    contents(3).forEach(all::explore);
                })
                .isInstanceOfSatisfying(AssertionError.class, found -> {
                    String schedule = found.getMessage().lines().findFirst().orElseThrow();
                    assertThatThrownBy(() -> replay(schedule.substring(schedule.lastIndexOf('=') + 1), planted))
                            .as("the same, run alone")
                            .hasMessage(found.getMessage());
                });
    }

    /** Whether the engine's own surroundings can have this defect. */
    protected boolean canHave(Defect defect) {
        return true;
    }

    /** All contents of a topic with so many records at most. */
    private static List<List<Kind>> contents(int most) {
        List<List<Kind>> contents = new ArrayList<>();
        List<List<Kind>> longest = List.of(List.of());
        for (int length = 1; length <= most; length++) {
            List<List<Kind>> longer = new ArrayList<>();
            for (List<Kind> content : longest) {
                for (Kind kind : Kind.values()) {
                    if (kind == Kind.A2 && !content.contains(Kind.A)) {
                        continue; // the same as with A
                    }
                    if (ONCE.contains(kind) && content.contains(kind)) {
                        continue; // nothing that one does not show
                    }
                    List<Kind> more = new ArrayList<>(content);
                    more.add(kind);
                    longer.add(more);
                }
            }
            contents.addAll(longer);
            longest = longer;
        }
        return contents;
    }

    /** Runs one schedule: the contents, how much can go wrong, and the choices of each life. */
    private void replay(String schedule, Set<Defect> defects) {
        String[] parts = schedule.split("/");
        List<Kind> topic = Arrays.stream(parts[0].split(",")).map(Kind::valueOf).toList();
        int troubles = Integer.parseInt(parts[1]);
        Node node = new Node(new SimulatedWorld(topic, troubles, defects), List.of());
        for (String life : Arrays.copyOfRange(parts, 2, parts.length)) {
            Schedule told = new Schedule(
                    Arrays.stream(life.split("[.]")).map(Integer::valueOf).toList());
            node = node.then(node.live(told, troubles), told);
        }
    }

    /** A world at the end of some lives. */
    private final class Node {
        private final SimulatedWorld world;
        private final List<Schedule> lives;

        Node(SimulatedWorld world, List<Schedule> lives) {
            this.world = world;
            this.lives = lives;
        }

        Node then(SimulatedWorld next, Schedule life) {
            return new Node(next, Stream.concat(lives.stream(), Stream.of(life)).toList());
        }

        /** The world after one life more; the same in which it began if there is nothing to follow. */
        SimulatedWorld live(Schedule life, int troubles) {
            SimulatedWorld next = world.reborn(life);
            try {
                DeliverySimulation.this.live(next);
                next.checkEnd();
                return world;
            } catch (Known e) {
                return world;
            } catch (Killed | RetriableException e) {
                // The next life begins with what it finds.
            } catch (FatalException e) {
                if (next.troubles() == world.troubles()) {
                    throw broken(e, life, troubles);
                }
            } catch (AssertionError | RuntimeException e) {
                throw broken(e, life, troubles);
            }
            try {
                next.check();
            } catch (AssertionError e) {
                throw broken(e, life, troubles);
            }
            return next;
        }

        private AssertionError broken(Throwable breach, Schedule last, int troubles) {
            List<Schedule> all = then(world, last).lives;
            String topic = world.topic.stream().map(Kind::name).collect(Collectors.joining(","));
            String choices = all.stream()
                    .map(life -> life.made().stream().map(String::valueOf).collect(Collectors.joining(".")))
                    .collect(Collectors.joining("/"));
            String story = all.stream()
                    .flatMap(life -> Stream.concat(Stream.of("A process begins"), life.story().stream()))
                    .collect(Collectors.joining("\n"));
            return new AssertionError(
                    "-D" + PROPERTY + "schedule=" + String.join("/", topic, "" + troubles, choices) + '\n' + story
                            + '\n' + breach,
                    breach);
        }
    }

    /** Every way that things can go. */
    private final class Exploration {
        private final Set<Defect> defects;
        private final int troubles;
        private final Map<String, Integer> states = new HashMap<>();
        private long contents;
        private long lives;
        private long reached;

        Exploration(Set<Defect> defects, int troubles) {
            this.defects = defects;
            this.troubles = troubles;
        }

        /** Whether as much could happen in that state before; notes it, if not. */
        private boolean isKnown(SimulatedWorld world, String state) {
            if (states.getOrDefault(state, -1) >= world.troubles()) {
                return true;
            }
            reached++;
            states.put(state, world.troubles());
            return false;
        }

        void explore(List<Kind> topic) {
            contents++;
            states.clear();
            Deque<Node> nodes = new ArrayDeque<>();
            nodes.add(new Node(new SimulatedWorld(topic, troubles, defects), List.of()));
            for (Node node = nodes.poll(); node != null; node = nodes.poll()) {
                @Nullable List<Integer> told = List.of();
                while (told != null) {
                    Schedule schedule = new Schedule(told, this::isKnown);
                    SimulatedWorld next = node.live(schedule, troubles);
                    lives++;
                    if (next != node.world && !isKnown(next, next.state())) {
                        nodes.add(node.then(next, schedule));
                    }
                    told = schedule.next();
                }
            }
        }

        @Override
        public String toString() {
            return contents + " contents of a topic, " + lives + " lives of a process, each with its own schedule, "
                    + reached + " states between them";
        }
    }
}
