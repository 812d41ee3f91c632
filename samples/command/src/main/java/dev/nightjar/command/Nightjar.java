/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.command;

import dev.nightjar.ConfigException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import dev.nightjar.command.demo.DemoCommand;
import dev.nightjar.command.demo.DoctorCommand;
import dev.nightjar.command.kafka.BrokerCommand;
import dev.nightjar.command.kafka.ConsumeCommand;
import dev.nightjar.command.kafka.DeadLettersCommand;
import dev.nightjar.command.kafka.ReplayCommand;
import dev.nightjar.command.kafka.SmokeCommand;
import dev.nightjar.command.kafka.TopicsCommand;
import dev.nightjar.command.model.CheckCommand;
import dev.nightjar.command.model.ClassifyCommand;
import dev.nightjar.command.model.EvaluateCommand;
import dev.nightjar.command.model.TrainCommand;
import dev.nightjar.command.model.VerifyCommand;
import dev.nightjar.command.pipeline.ArchiveConsoleCommand;
import dev.nightjar.command.pipeline.DashboardCommand;
import dev.nightjar.command.pipeline.EmotionMongoCommand;
import dev.nightjar.command.pipeline.KappaHBaseCommand;
import dev.nightjar.command.pipeline.LambdaTrendsCommand;
import dev.nightjar.command.pipeline.PolarityInfluxCommand;
import dev.nightjar.command.pipeline.RescoreCommand;
import dev.nightjar.command.shared.Exit;
import dev.nightjar.command.shared.Progress;
import dev.nightjar.command.x.FakeXCommand;
import dev.nightjar.command.x.GapsCommand;
import dev.nightjar.command.x.LiveCommand;
import dev.nightjar.command.x.RulesCommand;
import dev.nightjar.command.x.SearchCommand;
import dev.nightjar.command.x.UsageCommand;
import dev.nightjar.io.TextFile;
import dev.nightjar.options.Option;
import dev.nightjar.options.Options;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code nightjar} command. */
@Command(
        name = "nightjar",
        mixinStandardHelpOptions = true,
        version = "nightjar 0.1.0-SNAPSHOT",
        description = "Tweets through Kafka and Spark, classified, into a database.",
        footerHeading = "%nBegin with:%n",
        footer = {
            "  nightjar demo                      the whole pipeline on this machine, to look at",
            "  echo 'What a game!' | nightjar classify",
            "",
            "Exit codes: 0 done, 1 it failed, 2 the command line is wrong, 3 the set-up must be changed,",
            "            4 a server is out of reach, 5 a ledger or a check does not balance."
        },
        subcommands = {
            DemoCommand.class,
            EmotionMongoCommand.class,
            PolarityInfluxCommand.class,
            ArchiveConsoleCommand.class,
            LambdaTrendsCommand.class,
            KappaHBaseCommand.class,
            ReplayCommand.class,
            LiveCommand.class,
            SearchCommand.class,
            RulesCommand.class,
            UsageCommand.class,
            GapsCommand.class,
            FakeXCommand.class,
            BrokerCommand.class,
            ConsumeCommand.class,
            RescoreCommand.class,
            ClassifyCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            CheckCommand.class,
            VerifyCommand.class,
            TopicsCommand.class,
            DeadLettersCommand.class,
            SmokeCommand.class,
            DashboardCommand.class,
            DoctorCommand.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class
        })
final class Nightjar {
    private static final String WHOLE = "a whole number, or one too large";

    private Nightjar() {}

    public static void main(String[] args) {
        CommandLine command = commandLine();
        if (!Progress.isTerminal()) {
            // Output to a file or another program is UTF-8 everywhere, as JSON must be.
            command.setOut(new PrintWriter(System.out, false, StandardCharsets.UTF_8));
        }
        System.exit(command.execute(Stream.of(args).map(Nightjar::unmarked).toArray(String[]::new)));
    }

    /** A file of arguments, {@code @file}, whose text begins with a mark, as one that picocli can read. */
    private static String unmarked(String argument) {
        File file = new File(argument.startsWith("@") ? argument.substring(1) : "");
        if (!file.isFile()) {
            return argument;
        }
        try {
            Path plain = Files.createTempFile("nightjar", ".arguments");
            plain.toFile().deleteOnExit();
            return "@" + Files.writeString(plain, TextFile.read(file.toPath()));
        } catch (IOException | ConfigException e) {
            return argument; // picocli says what is wrong with it
        }
    }

    /** The command, ready to execute; its output may be redirected first. */
    static CommandLine commandLine() {
        return HelpText.in(new CommandLine(new Nightjar()))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, arguments) -> {
                    CommandLine command = failure.getCommandLine();
                    command.getErr().println(command.getColorScheme().errorText(describe(failure, List.of(arguments))));
                    command.getErr().flush();
                    return CommandLine.ExitCode.USAGE;
                })
                .registerConverter(
                        Duration.class,
                        of(Option.duration("time", Duration.ofMillis(1))::parse, "a time such as 500ms, 30s, 5m or 2h"))
                .registerConverter(Path.class, of(Nightjar::path, "the name of a file or a folder"))
                .registerConverter(Integer.class, of(Integer::valueOf, WHOLE))
                .registerConverter(int.class, of(Integer::valueOf, WHOLE))
                .registerConverter(Long.class, of(Long::valueOf, WHOLE))
                .registerConverter(long.class, of(Long::valueOf, WHOLE))
                .registerConverter(Double.class, of(Double::valueOf, "a number"))
                .registerConverter(double.class, of(Double::valueOf, "a number"))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(command.getColorScheme().errorText(describe(failure)));
                    return Exit.of(failure);
                });
    }

    /** The empty text would be the folder one is in, as when a variable of the shell is not set. */
    private static Path path(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("blank");
        }
        return Path.of(text);
    }

    private static <T> CommandLine.ITypeConverter<T> of(Function<String, T> reader, String what) {
        return text -> {
            try {
                return reader.apply(text);
            } catch (IllegalArgumentException | ConfigException e) {
                throw new CommandLine.TypeConversionException("'" + text + "' is not " + what);
            }
        };
    }

    /** One sentence and the way to more, in place of a page of usage. */
    private static String describe(CommandLine.ParameterException failure, List<String> arguments) {
        CommandLine.Model.CommandSpec command = failure.getCommandLine().getCommandSpec();
        String help = "'" + command.qualifiedName() + " --help' says what there is";
        Set<String> options = command.optionsMap().keySet();
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
            String word = name(unmatched.getUnmatched().get(0));
            Set<String> known =
                    word.startsWith("-") ? options : command.subcommands().keySet();
            return failure.getMessage() + meant(word, known) + help;
        }
        // picocli says first what is missing, which a mistyped option may be.
        String mistyped = arguments.stream()
                .map(Nightjar::name)
                .filter(word -> failure instanceof CommandLine.MissingParameterException
                        && word.startsWith("--")
                        && !options.contains(word))
                .map(word -> "; there is no '" + word + "'" + meant(word, options))
                .findFirst()
                .orElse("; ");
        return failure.getMessage() + mistyped + help;
    }

    /** Suggests what is like a word; a name that has nothing of it would lead astray. */
    private static String meant(String word, Set<String> known) {
        String nearest = Options.nearest(word, known);
        String letters = word.replaceFirst("^-+", "");
        return !nearest.isEmpty() && 2 * Options.distance(word, nearest) <= letters.length()
                ? "; did you mean '" + nearest + "'? "
                : "; ";
    }

    private static String name(String argument) {
        return argument.replaceFirst("=.*", "");
    }

    private static String describe(Throwable failure) {
        if (failure instanceof ConfigException config) {
            return String.join(System.lineSeparator(), config.faults());
        }
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof RetriableException later && later.getCause() == null) {
            Duration wait = later.retryAfter().orElse(Duration.ZERO);
            return wait.toSeconds() == 0
                    ? message
                    : message + "; try again in " + wait.toSeconds() + " s, at "
                            + Instant.now().plus(wait).truncatedTo(ChronoUnit.SECONDS);
        }
        return failure instanceof NightjarException
                ? message
                : failure.getClass().getSimpleName() + ": " + message;
    }
}
