/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.influx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.nightjar.Classification;
import dev.nightjar.ClassifiedTweet;
import dev.nightjar.ScoredLabel;
import dev.nightjar.Sink;
import dev.nightjar.testkit.Tweets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dashboard of samples/compose asks for what the sink writes. No Grafana runs here, nor does Flux. */
class GrafanaTest {
    private static final Path GRAFANA = Path.of("../samples/compose/grafana");
    private static final Pattern FIELD = Pattern.compile("r\\._field == \"([^\"]*)\"");
    private static final Pattern MEASUREMENT = Pattern.compile("r\\._measurement == \"([^\"]*)\"");
    private static final Pattern COLUMNS = Pattern.compile("(?:rowKey|keep\\(columns): \\[([^]]*)\\]");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    @Test
    void eachQueryNamesWhatIsInAPoint() throws IOException {
        Set<String> written = written();
        assertThat(queries()).hasSize(6).allSatisfy(query -> {
            assertThat(query).startsWith(query.startsWith("band = ") ? "band = " : "from(bucket: \"nightjar\")");
            assertThat(found(MEASUREMENT, query)).containsOnly("tweets");
            assertThat(written).containsAll(found(FIELD, query));
            for (String columns : found(COLUMNS, query)) {
                Set<String> names = new TreeSet<>(found(QUOTED, columns));
                names.remove("_time");
                assertThat(written).containsAll(names);
            }
            assertThat(query.chars().filter(c -> c == '(').count())
                    .isEqualTo(query.chars().filter(c -> c == ')').count());
        });
        assertThat(queries())
                .anySatisfy(query -> assertThat(found(FIELD, query)).contains("sentiment.polarity"));
    }

    @Test
    void everyPanelAsksTheDataSourceThatIsProvisioned() throws IOException {
        String source = Files.readString(GRAFANA.resolve("provisioning/datasources/influx.yaml"));
        String uid = found(Pattern.compile("uid: (\\S+)"), source).get(0);
        assertThat(source)
                .contains("version: Flux", "organization: nightjar", "defaultBucket: nightjar", "token: $INFLUX_TOKEN");
        JsonObject dashboard = dashboard();
        for (JsonElement panel : dashboard.getAsJsonArray("panels")) {
            JsonObject asked = panel.getAsJsonObject();
            assertThat(uid(asked)).isEqualTo(uid);
            asked.getAsJsonArray("targets")
                    .forEach(target -> assertThat(uid(target.getAsJsonObject())).isEqualTo(uid));
            assertThat(asked.get("title").getAsString()).isNotBlank();
        }
        assertThat(dashboard.get("uid").getAsString()).isEqualTo("nightjar-polarity");
    }

    @Test
    void everyVariableOfAQueryIsDeclared() throws IOException {
        Set<String> declared = new TreeSet<>();
        dashboard()
                .getAsJsonObject("templating")
                .getAsJsonArray("list")
                .forEach(variable ->
                        declared.add(variable.getAsJsonObject().get("name").getAsString()));
        Set<String> used = new TreeSet<>();
        queries().forEach(query -> used.addAll(found(Pattern.compile("\\$\\{(\\w+)\\}"), query)));
        assertThat(used).isEqualTo(declared);
    }

    private static Set<String> written() {
        ClassifiedTweet tweet = ClassifiedTweet.of(
                Tweets.rich(),
                Map.of(
                        "sentiment",
                        new Classification.Scored(
                                "s@1",
                                List.of(
                                        new ScoredLabel("positive", 0.5),
                                        new ScoredLabel("neutral", 0.25),
                                        new ScoredLabel("negative", 0.25)),
                                false)));
        try (InfluxServer server = InfluxServer.inMemory();
                Sink<ClassifiedTweet> sink = server.config().build().open()) {
            sink.write(List.of(tweet));
            return server.rows("tweets").get(0).values().keySet();
        }
    }

    private static List<String> queries() throws IOException {
        List<String> queries = new ArrayList<>();
        for (JsonElement panel : dashboard().getAsJsonArray("panels")) {
            for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
                queries.add(target.getAsJsonObject().get("query").getAsString());
            }
        }
        return queries;
    }

    private static JsonObject dashboard() throws IOException {
        return JsonParser.parseString(Files.readString(GRAFANA.resolve("dashboards/polarity.json")))
                .getAsJsonObject();
    }

    private static String uid(JsonObject asked) {
        return asked.getAsJsonObject("datasource").get("uid").getAsString();
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
