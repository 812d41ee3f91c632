/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.source.twitter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.options.Credential;
import dev.nightjar.source.twitter.TwitterCredentials;
import dev.nightjar.source.twitter.http.TwitterRefusedException.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwitterCredentialsTest {
    @TempDir
    private Path folder;

    private HttpServer server;
    private final Deque<String> answers = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/oauth2/token", exchange -> {
            requests.add(exchange.getRequestMethod()
                    + ' '
                    + exchange.getRequestHeaders().getFirst("Authorization")
                    + ' '
                    + exchange.getRequestHeaders().getFirst("Content-Type")
                    + ' '
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String answer = answers.remove();
            byte[] body = answer.substring(3).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aTokenIsObtainedWithKeyAndSecretAndUsedAsItIsGiven() throws Exception {
        answers.add("200{\"token_type\":\"bearer\",\"access_token\":\"AA%2FBB%3Dcc\"}");
        TokenSource tokens = tokens();
        assertThat(requests).as("before the first use").isEmpty();
        assertThat(tokens.token()).isEqualTo("AA%2FBB%3Dcc");
        assertThat(tokens.token()).isEqualTo("AA%2FBB%3Dcc");

        assertThat(requests)
                .containsExactly("POST Basic a2V5JTJGMTpzZSUyQmNyZXQ="
                        + " application/x-www-form-urlencoded;charset=UTF-8 grant_type=client_credentials");
    }

    @Test
    void aRefusedTokenIsReplacedOnceIfThereIsAnother() throws Exception {
        answers.add("200{\"token_type\":\"bearer\",\"access_token\":\"old\"}");
        answers.add("200{\"token_type\":\"bearer\",\"access_token\":\"new\"}");
        answers.add("200{\"token_type\":\"bearer\",\"access_token\":\"new\"}");
        TokenSource tokens = tokens();
        assertThat(tokens.token()).isEqualTo("old");
        assertThat(tokens.replacing("old")).isEqualTo("new");
        assertThat(tokens.replacing("old")).as("another thread's request").isEqualTo("new");
        assertThat(requests).hasSize(2);
        assertThat(tokens.replacing("new")).as("X gives the same again").isNull();
        assertThat(requests).hasSize(3);
    }

    @Test
    void aTokenThatTheUserGaveIsNeverReplaced() throws Exception {
        TokenSource tokens = TokenSource.of(TwitterCredentials.bearer(Credential.literal("mine")), uri());
        assertThat(tokens.token()).isEqualTo("mine");
        assertThat(tokens.replacing("mine")).isNull();
        assertThat(requests).isEmpty();
    }

    @Test
    void anUnknownKeyIsAFaultOfTheSetUp() {
        answers.add("403{\"errors\":[{\"code\":99,\"label\":\"authenticity_token_error\","
                + "\"message\":\"Unable to verify your credentials\"}]}");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> tokens().token())
                .withMessageContaining("does not know the consumer key and secret")
                .satisfies(e -> assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                TwitterRefusedException.class,
                                refused -> assertThat(refused.reason()).isEqualTo(Reason.UNAUTHORIZED)));
    }

    @Test
    void anotherKindOfTokenIsRefusedAndNotShown() {
        answers.add("200{\"token_type\":\"mac\",\"access_token\":\"s3cr3t\"}");
        assertThatExceptionOfType(FatalException.class)
                .isThrownBy(() -> tokens().token())
                .withMessageContaining("other than a bearer token")
                .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cr3t"));
        answers.add("200{\"token_type\":\"bearer\",\"access_token\":\"s3cr3t\" oops");
        assertThatExceptionOfType(dev.nightjar.RetriableException.class)
                .isThrownBy(() -> tokens().token())
                .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("s3cr3t"));
    }

    @Test
    void aFileIsReadAsPeopleWriteIt() throws Exception {
        assertThat(file("# the lab's\n\n[x]\nconsumer_key = k1\nconsumer_secret= 's/1' \naccess_token = user")
                        .key())
                .isEqualTo("k1");
        assertThat(file("api-key: k2\napi-key-secret: s2").secret()).isEqualTo("s2");
        assertThat(file("{\n\"bearer_token\": \"AAA%3D\",\n\"x\": 1}").bearer()).isEqualTo("AAA%3D");
        assertThat(file("\uFEFFBEARER_TOKEN=AAA%2F\r\nconsumer_key=k").bearer()).isEqualTo("AAA%2F");
        assertThat(file("AAA%2Fbbb%3D\n").bearer()).isEqualTo("AAA%2Fbbb%3D");
    }

    @Test
    void aFileOfJsonIsReadWhateverItsKeysAreCalled() throws Exception {
        assertThat(file("{\"consumer_key\": \"k1\", \"consumer_secret\": \"s1\", \"access_token\": \"u\","
                                + " \"access_token_secret\": \"us\", \"bearer_token\": \"AAA%3D\"}")
                        .bearer())
                .isEqualTo("AAA%3D");
        Secrets pair =
                file("  {\"apiKey\": \"k2\", \"api_key_secret\": \"s2\", \"access_token_secret\": \"us\", \"n\": 1}");
        assertThat(pair.key()).isEqualTo("k2");
        assertThat(pair.secret()).isEqualTo("s2");
        assertThat(file("{\"twitter\": {\"key\": \"k3\", \"secret\": \"s3\"}}").secret())
                .isEqualTo("s3");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> file("{\"bearer_token\": s3cr3t}"))
                .withMessageContaining("begins as JSON and is none")
                .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("s3cr3t"));
    }

    @Test
    void aFileWithoutSecretsSaysWhatIsMissing() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> file("consumer_key = k1s3cr3t\n"))
                .withMessageContaining("consumer_secret")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("k1s3cr3t"));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Secrets.of(TwitterCredentials.file(folder.resolve("none"))))
                .withMessageContaining("Cannot read");
    }

    @Test
    void theEnvironmentIsReadWhenItIsNeeded() {
        TwitterCredentials environment = TwitterCredentials.environment();
        assertThat(Secrets.of(environment, Map.of("X_BEARER_TOKEN", "AAA")::get).bearer())
                .isEqualTo("AAA");
        assertThat(Secrets.of(environment, Map.of("X_CONSUMER_KEY", "k", "X_CONSUMER_SECRET", "s")::get)
                        .secret())
                .isEqualTo("s");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Secrets.of(environment, name -> null))
                .withMessageContaining("X_BEARER_TOKEN");
    }

    @Test
    void aSecretThatNoHeaderCanHoldIsRefusedAndNotShown() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> Secrets.of(TwitterCredentials.bearer(Credential.literal("s3cr3t\r\nX-Evil: 1"))))
                .withMessageContaining("white space")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cr3t"));
    }

    @Test
    void noTextFormShowsASecret() {
        assertThat(TwitterCredentials.consumer(Credential.literal("k4711"), Credential.literal("s4711"))
                        .toString())
                .isEqualTo("TwitterCredentials[consumer-key=***, consumer-secret=***]");
        assertThat(Secrets.of(TwitterCredentials.bearer(Credential.literal("4711")))
                        .toString())
                .doesNotContain("4711");
    }

    private Secrets file(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("credentials"), text);
        return Secrets.of(TwitterCredentials.file(file));
    }

    private TokenSource tokens() {
        return TokenSource.of(
                TwitterCredentials.consumer(Credential.literal("key/1"), Credential.literal("se+cret")), uri());
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
}
