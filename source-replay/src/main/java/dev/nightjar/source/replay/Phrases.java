/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.replay;

import java.util.List;

/** What made-up tweets are made of. In a phrase, {@code %t} stands for a thing, {@code %p} for a place, {@code %w} for when. */
final class Phrases {
    private Phrases() {}

    /** What is said in one mood of one language, and the emoji that go with it. */
    record Mood(String lang, int weight, List<String> phrases, List<String> emoji) {}

    static final List<Mood> MOODS = List.of(
            new Mood(
                    "en",
                    13,
                    List.of(
                            "so happy that %t finally works",
                            "best %w in ages, and all because of %t",
                            "can't stop smiling, %t was wonderful",
                            "we did it! %t is done and I love every bit of it",
                            "what a lovely %w at %p",
                            "laughing out loud at %t, this is brilliant",
                            "%t made my day, thank you all",
                            "proud of everyone at %p, you were amazing",
                            "I adore %t, best thing that happened to %p",
                            "great news from %p: %t is back, yay",
                            "delighted with %t. fun, friendly and so well made",
                            "happy birthday to %t, still my favourite"),
                    List.of(
                            "\uD83D\uDE04",
                            "\uD83C\uDF89",
                            "\u2764\uFE0F",
                            "\uD83D\uDC69\u200D\uD83D\uDE80",
                            "\uD83D\uDC4D\uD83C\uDFFD",
                            "\uD83E\uDD73")),
            new Mood(
                    "en",
                    6,
                    List.of(
                            "tomorrow %t will be better, I just know it",
                            "keep going, %t is worth every step",
                            "hope %t gets a second chance this %w",
                            "every day a little closer to %t",
                            "believe in yourself, even when %t looks impossible",
                            "one step at a time and %p will shine again",
                            "never give up on %t. good things take time",
                            "looking forward to %t, the future is bright"),
                    List.of("\uD83C\uDF08", "\uD83D\uDCAA\uD83C\uDFFE", "\uD83C\uDF31")),
            new Mood(
                    "en",
                    10,
                    List.of(
                            "who decided that %t should break again? I am furious",
                            "so angry about %t right now",
                            "three hours of waiting for %t at %p. unacceptable!",
                            "stop lying about %t, we are not stupid",
                            "%t is a disgrace and nobody at %p picks up the phone",
                            "worst service ever at %p, I want my money back",
                            "how dare they cancel %t without a word",
                            "I hate it when %t ruins the whole %w",
                            "fed up with %p. rude staff, broken promises, and now %t",
                            "absolutely outraged: they raised the price of %t again"),
                    List.of("\uD83D\uDE21", "\uD83E\uDD2C", "\uD83D\uDCA2")),
            new Mood(
                    "en",
                    9,
                    List.of(
                            "I miss %t so much it hurts",
                            "crying over %t again, it has been a hard %w",
                            "nobody came to %t and I feel so alone",
                            "saying goodbye to %p today, heartbroken",
                            "%t is gone and I don't know what to do",
                            "feeling low this %w, even %t can't cheer me up",
                            "so sad to hear that %p has to close",
                            "lost %t on the way home, what a miserable %w",
                            "it hurts to see %p so empty",
                            "tears in my eyes, that was the last %w of %t"),
                    List.of("\uD83D\uDE22", "\uD83D\uDC94", "\uD83D\uDE1E")),
            new Mood(
                    "en",
                    6,
                    List.of(
                            "so scared of %t, my hands are shaking",
                            "there is a strange noise at %p and I'm terrified",
                            "worried sick about %t this %w",
                            "anxious about %t, couldn't sleep at all",
                            "please be careful near %p, it looks dangerous",
                            "panic at %p, everybody is running. what is going on?",
                            "I'm afraid that %t will get much worse",
                            "nightmares about %t again, I dread going to bed"),
                    List.of("\uD83D\uDE31", "\uD83D\uDE28", "\uD83D\uDE30")),
            new Mood(
                    "en",
                    5,
                    List.of(
                            "found a hair in my soup at %p. disgusting",
                            "the smell at %p makes me sick",
                            "%t tastes like old socks, gross",
                            "revolting, who leaves %p in such a state?",
                            "never again, %t was absolutely vile",
                            "mould all over %t, yuck",
                            "the toilets at %p are filthy, I feel nauseous"),
                    List.of("\uD83E\uDD22", "\uD83E\uDD2E")),
            new Mood(
                    "en",
                    7,
                    List.of(
                            "wait, what? %t just happened at %p",
                            "I can't believe that %t is real",
                            "wow, did not expect %t this %w",
                            "no way! they brought %t to %p",
                            "plot twist: %t was at %p all along",
                            "omg, is that %t? I'm speechless",
                            "totally surprised by %t, I had no idea",
                            "whoa, look who turned up at %p with %t"),
                    List.of("\uD83D\uDE2E", "\uD83E\uDD2F", "\uD83D\uDE32")),
            new Mood(
                    "en",
                    15,
                    List.of(
                            "%t starts at nine at %p",
                            "the bus to %p stops here until Friday",
                            "reading about %t this %w",
                            "does anyone know when %t opens?",
                            "the meeting about %t moved to %p",
                            "notes on %t, part two",
                            "the road to %p is closed until noon",
                            "here is the schedule: %t first, then %p",
                            "%p reports light rain and 14 degrees this %w",
                            "a short thread about %t & what comes next",
                            "minutes of the %w: %t, budget, any other business",
                            "Q: where do I find %t?\nA: second floor, next to %p"),
                    List.of("\uD83D\uDCCC", "\uD83D\uDD52", "3\uFE0F\u20E3", "\uD83D\uDCDD")),
            new Mood(
                    "es",
                    6,
                    List.of(
                            "qu\u00E9 alegr\u00EDa, por fin lleg\u00F3 el verano",
                            "me encanta esta canci\u00F3n, la escucho todo el d\u00EDa",
                            "estoy harto de esperar el tren, siempre lo mismo",
                            "qu\u00E9 tristeza, cerraron la librer\u00EDa de mi barrio",
                            "\u00BFalguien sabe a qu\u00E9 hora empieza el partido?",
                            "no lo puedo creer, \u00A1ganamos en el \u00FAltimo minuto!"),
                    List.of("\uD83D\uDE0D", "\u26BD", "\uD83C\uDDEA\uD83C\uDDF8")),
            new Mood(
                    "pt",
                    4,
                    List.of(
                            "que saudade de casa, este domingo n\u00E3o acaba",
                            "melhor show da minha vida, obrigado a todos",
                            "que raiva, caiu a internet outra vez",
                            "algu\u00E9m recomenda um bom caf\u00E9 no centro?",
                            "acordei feliz e n\u00E3o sei porqu\u00EA"),
                    List.of("\uD83D\uDE0A", "\uD83C\uDDE7\uD83C\uDDF7")),
            new Mood(
                    "fr",
                    4,
                    List.of(
                            "quelle belle soir\u00E9e, merci \u00E0 tous",
                            "encore une gr\u00E8ve, j'en ai vraiment marre",
                            "\u00E7a me rend triste de voir ce parc vide",
                            "le march\u00E9 ouvre \u00E0 huit heures demain",
                            "je n'en reviens pas, il a neig\u00E9 cette nuit"),
                    List.of("\u2728", "\uD83E\uDD50")),
            new Mood(
                    "de",
                    4,
                    List.of(
                            "endlich Wochenende, ich freue mich so",
                            "schon wieder Stau, ich k\u00F6nnte platzen vor Wut",
                            "heute ist einfach ein trauriger Tag",
                            "die Sitzung beginnt um zehn im gro\u00DFen Saal",
                            "damit hatte ich wirklich nicht gerechnet"),
                    List.of("\uD83D\uDE05", "\uD83E\uDD68")),
            new Mood(
                    "ja",
                    5,
                    List.of(
                            "\u4ECA\u65E5\u306F\u672C\u5F53\u306B\u697D\u3057\u304B\u3063\u305F\u3001\u307E\u305F\u884C\u304D\u305F\u3044",
                            "\u96FB\u8ECA\u304C\u307E\u305F\u9045\u308C\u3066\u3044\u308B\u3001\u3082\u3046\u5ACC\u3060",
                            "\u732B\u304C\u305A\u3063\u3068\u7A93\u306E\u5916\u3092\u898B\u3066\u3044\u308B",
                            "\u660E\u65E5\u306E\u5929\u6C17\u306F\u96E8\u3089\u3057\u3044"),
                    List.of("\uD83C\uDF38", "\uD83D\uDC31")),
            new Mood(
                    "ar",
                    3,
                    List.of(
                            "\u0635\u0628\u0627\u062D \u0627\u0644\u062E\u064A\u0631 \u0644\u0644\u062C\u0645\u064A\u0639",
                            "\u0627\u0644\u064A\u0648\u0645 \u062C\u0645\u064A\u0644 \u062C\u062F\u0627",
                            "\u0645\u062A\u0649 \u062A\u0628\u062F\u0623 \u0627\u0644\u0645\u0628\u0627\u0631\u0627\u0629\u061F"),
                    List.of("\uD83C\uDF19", "\uD83C\uDF39")),
            new Mood(
                    "tr",
                    2,
                    List.of(
                            "bug\u00FCn \u00E7ok mutluyum, hava harika",
                            "yine elektrik kesildi, b\u0131kt\u0131m art\u0131k",
                            "ma\u00E7 ka\u00E7ta ba\u015Fl\u0131yor?"),
                    List.of("\uD83E\uDDFF", "\u2615")),
            new Mood(
                    "fi",
                    2,
                    List.of(
                            "vihdoinkin kes\u00E4, j\u00E4\u00E4tel\u00F6 maistuu",
                            "bussi my\u00F6h\u00E4ss\u00E4 taas, en jaksa",
                            "y\u00F6kehr\u00E4\u00E4j\u00E4 surisee j\u00E4rven rannalla"),
                    List.of("\uD83C\uDDEB\uD83C\uDDEE", "\uD83C\uDF32")));

    static final List<String> THINGS = List.of(
            "the new coffee machine",
            "the night train",
            "my sister's band",
            "the cup final",
            "the last episode",
            "my old bike",
            "the rooftop garden",
            "the software update",
            "that exam",
            "the big storm",
            "the street market",
            "our first match",
            "the trailer",
            "the school play",
            "the delivery",
            "the quiz",
            "the concert",
            "the vaccine appointment",
            "the election debate",
            "the fire alarm",
            "the robot vacuum",
            "the leftover curry",
            "the board meeting",
            "the puppy",
            "the marathon",
            "the exhibition");

    static final List<String> PLACES = List.of(
            "the library",
            "platform 4",
            "the harbour",
            "the town hall",
            "the corner bakery",
            "the stadium",
            "the old cinema",
            "gate B12",
            "the swimming pool",
            "campus",
            "the night market",
            "the museum",
            "the airport",
            "the caf\u00E9 next door",
            "the call centre",
            "the park");

    static final List<String> WHENS =
            List.of("morning", "evening", "weekend", "Monday", "summer", "night", "afternoon");

    static final List<String> TAGS = List.of(
            "breaking",
            "music",
            "football",
            "tech",
            "weather",
            "news",
            "art",
            "nature",
            "food",
            "travel",
            "gaming",
            "books",
            "science",
            "fashion",
            "space",
            "startup",
            "climate",
            "film",
            "dogs",
            "cats",
            "coffee",
            "nba",
            "f1",
            "opensource",
            "photography",
            "health",
            "history",
            "cycling",
            "gardening",
            "birds",
            "jazz",
            "election",
            "economy",
            "anime",
            "running",
            "tea",
            "chess",
            "design",
            "education",
            "theatre",
            "caf\u00E9",
            "\u591C\u9DF9",
            "f\u00FAtbol",
            "\u97F3\u697D");

    static final List<String> NAMES = List.of(
            "wren", "otto", "mika", "juno", "sol", "kestrel", "ivy", "bruno", "lark", "nova", "pike", "ada", "finch",
            "remy", "tove", "uma");

    static final List<String> SURNAMES = List.of(
            "at_dusk",
            "writes",
            "codes",
            "outdoors",
            "fm",
            "daily",
            "in_town",
            "on_tour",
            "bakes",
            "runs",
            "watches",
            "2go");
}
