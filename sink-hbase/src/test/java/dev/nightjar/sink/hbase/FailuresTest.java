/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.hbase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nightjar.ConfigException;
import dev.nightjar.FatalException;
import dev.nightjar.NightjarException;
import dev.nightjar.RetriableException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.security.sasl.SaslException;
import org.apache.hadoop.hbase.CallQueueTooBigException;
import org.apache.hadoop.hbase.DoNotRetryIOException;
import org.apache.hadoop.hbase.NotServingRegionException;
import org.apache.hadoop.hbase.PleaseHoldException;
import org.apache.hadoop.hbase.RegionTooBusyException;
import org.apache.hadoop.hbase.TableNotEnabledException;
import org.apache.hadoop.hbase.TableNotFoundException;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.RetriesExhaustedException;
import org.apache.hadoop.hbase.client.RetriesExhaustedWithDetailsException;
import org.apache.hadoop.hbase.exceptions.FailedSanityCheckException;
import org.apache.hadoop.hbase.exceptions.MasterStoppedException;
import org.apache.hadoop.hbase.exceptions.RequestTooBigException;
import org.apache.hadoop.hbase.ipc.RemoteWithExtrasException;
import org.apache.hadoop.hbase.quotas.QuotaExceededException;
import org.apache.hadoop.hbase.quotas.RpcThrottlingException;
import org.apache.hadoop.hbase.regionserver.NoSuchColumnFamilyException;
import org.apache.hadoop.hbase.security.AccessDeniedException;
import org.apache.hadoop.hbase.util.VersionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    static Stream<Throwable> passing() {
        return Stream.of(
                new IOException("connection reset"),
                new SocketTimeoutException("time out"),
                new NotServingRegionException("region moved"),
                new RegionTooBusyException("memstore full"),
                new CallQueueTooBigException("queue full"),
                new PleaseHoldException("master initializing"),
                new TableNotEnabledException("t"),
                new MasterStoppedException(),
                new DoNotRetryIOException("Zookeeper GET could not be completed in 4000 ms"),
                new DoNotRetryIOException("Cell[..] with size 11 exceeds limit of 10 bytes"),
                new RetriesExhaustedException("no server", new IOException("KeeperErrorCode = ConnectionLoss")),
                details(new NotServingRegionException("region moved")));
    }

    /** The client of HBase 3 has no such class. */
    @Test
    void anOperationThatIsOutOfTimeIsRetriable() throws Exception {
        Class<?> type;
        try {
            type = Class.forName("org.apache.hadoop.hbase.client.OperationTimeoutExceededException");
        } catch (ClassNotFoundException e) {
            assumeThat(VersionInfo.getVersion()).startsWith("2.");
            throw e;
        }
        whatPassesIsRetriable((Throwable) type.getConstructor(String.class).newInstance("out of time"));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatPassesIsRetriable(Throwable failure) {
        assertThat(Failures.of("put 3 rows", failure))
                .isInstanceOf(RetriableException.class)
                .hasMessageStartingWith("HBase failed to put 3 rows: ")
                .hasNoCause();
    }

    static Stream<Throwable> lasting() {
        return Stream.of(
                new NoSuchColumnFamilyException("no family t"),
                new TableNotFoundException("t"),
                new AccessDeniedException("no right"),
                new SaslException("no ticket"),
                remote(AccessDeniedException.class),
                new RetriesExhaustedException("no luck", new AccessDeniedException("no right")),
                new IOException(new AccessDeniedException("no right")),
                details(new NoSuchColumnFamilyException("no family t")));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void whatLastsIsAFaultOfTheSetUp(Throwable failure) {
        assertThat(Failures.of("put 3 rows", failure))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("HBase failed to put 3 rows: ")
                .hasNoCause();
    }

    static Stream<Throwable> unknown() {
        return Stream.of(
                new DoNotRetryIOException("something new"),
                new QuotaExceededException("disk full"),
                new RequestTooBigException("too big"));
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void whatLastsAndIsNotKnownIsFatal(Throwable failure) {
        assertThat(Failures.of("put 3 rows", failure))
                .isExactlyInstanceOf(FatalException.class)
                .hasMessageStartingWith("HBase failed to put 3 rows: ")
                .hasNoCause();
    }

    @Test
    void aThrottlingServerSaysHowLongToWait() {
        NightjarException failure = Failures.of(
                "put", new RpcThrottlingException(RpcThrottlingException.Type.NumRequestsExceeded, 1_500, "slow down"));
        assertThat(((RetriableException) failure).retryAfter()).contains(Duration.ofMillis(1_500));
    }

    @Test
    void aZooKeeperThatDoesNotAnswerIsToBeLookedAt() {
        assertThat(Failures.of("open the table", new IOException("ConnectionLoss for /hbase/master")))
                .isInstanceOf(RetriableException.class)
                .hasMessageEndingWith("; look whether ZooKeeper runs where the option 'quorum' says");
    }

    @Test
    void theServersStackTraceIsLeftOut() {
        assertThat(Failures.of("put", new IOException("first line\n\tat org.example.Secret\n" + "x".repeat(10_000))))
                .hasMessage("HBase failed to put: IOException: first line");
        assertThat(Failures.of("put", new IOException("x".repeat(10_000))).getMessage())
                .hasSizeLessThan(400);
    }

    @Test
    void aWrongZnodeIsHintedAt() {
        assertThat(Failures.of("open", new IOException("KeeperErrorCode = NoNode for /hbase/hbaseid")))
                .isInstanceOf(RetriableException.class)
                .hasMessage(
                        "HBase does not answer: its ZooKeeper has no node /hbase/hbaseid; HBase is not running there, or"
                                + " the option 'znode-parent' is wrong");
    }

    /** A crashed cluster, until its ZooKeeper has noticed. */
    @Test
    void aServerThatIsGoneIsSaidWithoutNamesOfTypes() {
        assertThat(Failures.of(
                        "open",
                        new ConnectException("Call to address=db1:16000 failed on connection exception:"
                                + " org.apache.hbase.thirdparty.io.netty.channel.AbstractChannel$AnnotatedConnectException:"
                                + " Connection refused: db1/127.0.0.1:16000")))
                .isInstanceOf(RetriableException.class)
                .hasMessage(
                        "HBase does not answer: ZooKeeper names db1:16000, where nobody listens; see that HBase runs, or"
                                + " wait until it does");
    }

    @Test
    void aProgrammingFaultStaysOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Failures.of("put", new IllegalArgumentException("a fault")));
    }

    @Test
    void theLimitOfACellIsReadFromTheServersMessage() {
        assertThat(
                        Failures.cellLimit(
                                details(
                                        new DoNotRetryIOException(
                                                "Cell[r/t:json/1/Put/vlen=11534336/seqid=0] with size 11534400 exceeds limit of 10485760 bytes"))))
                .isEqualTo(10_485_760);
        assertThat(Failures.cellLimit(new IOException("no such thing"))).isNull();
        assertThat(Failures.isSanityCheck(new FailedSanityCheckException("Timestamp for KV out of range")))
                .isTrue();
        assertThat(Failures.isSanityCheck(new IOException())).isFalse();
    }

    private static RemoteWithExtrasException remote(Class<? extends IOException> type) {
        return new RemoteWithExtrasException(type.getName(), "from afar\n\tat a.b.C", true);
    }

    private static RetriesExhaustedWithDetailsException details(Throwable cause) {
        return new RetriesExhaustedWithDetailsException(
                List.of(cause), List.of(new Put(new byte[] {1})), List.of("server:16020"));
    }
}
