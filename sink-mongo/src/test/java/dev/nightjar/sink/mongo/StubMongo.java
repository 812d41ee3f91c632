/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * Speaks enough of MongoDB's wire protocol to pass for a primary with sessions, applies updates to a map, and gives
 * scripted answers where a test has a script. It has no oracle's worth: it shows what the sink does about answers that
 * a server in memory never gives.
 */
final class StubMongo implements AutoCloseable {
    private static final int OP_MSG = 2013;
    private static final int OP_QUERY = 2004;
    private static final int OP_REPLY = 1;

    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Queue<BsonDocument> updateScript = new ConcurrentLinkedQueue<>();
    private final Map<String, BsonDocument> answers = new ConcurrentHashMap<>();

    private volatile int fastUpTo = Integer.MAX_VALUE;

    /** The update commands that came, each with its {@code updates}. */
    final List<BsonDocument> updates = new CopyOnWriteArrayList<>();

    /** What is stored, by {@code _id}. */
    final Map<String, BsonDocument> documents = new ConcurrentHashMap<>();

    StubMongo() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    String uri() {
        return "mongodb://127.0.0.1:" + listener.getLocalPort() + "/?directConnection=true";
    }

    /** The answer to the next update command without one. Unless it has {@code ok: 1}, nothing is applied. */
    StubMongo answerUpdate(String json) {
        updateScript.add(BsonDocument.parse(json));
        return this;
    }

    /** The answer to every command of this name. */
    StubMongo answer(String command, String json) {
        answers.put(command, BsonDocument.parse(json));
        return this;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            sockets.add(socket);
            thread(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        while (true) {
            byte[] lengthBytes = in.readNBytes(4);
            if (lengthBytes.length < 4) {
                return;
            }
            int length =
                    ByteBuffer.wrap(lengthBytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
            ByteBuffer message = ByteBuffer.wrap(in.readNBytes(length - 4)).order(ByteOrder.LITTLE_ENDIAN);
            int requestId = message.getInt();
            message.getInt(); // responseTo
            boolean legacy = message.getInt() == OP_QUERY;
            BsonDocument command = legacy ? readQuery(message) : readMessage(message);
            send(socket.getOutputStream(), requestId, legacy, answer(command));
        }
    }

    private static BsonDocument readQuery(ByteBuffer message) {
        message.getInt(); // flags
        readName(message);
        message.getLong(); // numberToSkip, numberToReturn
        return readDocument(message);
    }

    private static BsonDocument readMessage(ByteBuffer message) {
        message.getInt(); // flags
        BsonDocument command = new BsonDocument();
        while (message.hasRemaining()) {
            if (message.get() == 0) {
                command.putAll(readDocument(message));
            } else {
                int end = message.position() + message.getInt();
                String name = readName(message);
                List<BsonValue> sequence = new ArrayList<>();
                while (message.position() < end) {
                    sequence.add(readDocument(message));
                }
                command.put(name, new BsonArray(sequence));
            }
        }
        return command;
    }

    private static String readName(ByteBuffer message) {
        StringBuilder name = new StringBuilder();
        for (byte b = message.get(); b != 0; b = message.get()) {
            name.append((char) b);
        }
        return name.toString();
    }

    private static BsonDocument readDocument(ByteBuffer message) {
        byte[] bytes = new byte[message.getInt(message.position())];
        message.get(bytes);
        return new RawBsonDocument(bytes).decode(new org.bson.codecs.BsonDocumentCodec());
    }

    private BsonDocument answer(BsonDocument command) {
        String name = command.getFirstKey();
        BsonDocument scripted = answers.get(name);
        if (scripted != null) {
            return scripted;
        }
        return switch (name) {
            case "hello", "isMaster", "ismaster" ->
                BsonDocument.parse("{ok: 1, helloOk: true, isWritablePrimary: true, ismaster: true, setName: 'rs',"
                        + " hosts: ['127.0.0.1:" + listener.getLocalPort() + "'], me: '127.0.0.1:"
                        + listener.getLocalPort() + "', minWireVersion: 0, maxWireVersion: 21,"
                        + " maxBsonObjectSize: 16777216, maxMessageSizeBytes: 48000000, maxWriteBatchSize: 100000,"
                        + " logicalSessionTimeoutMinutes: 30}");
            case "update" -> update(command);
            case "listIndexes" ->
                BsonDocument.parse("{ok: 1, cursor: {id: {$numberLong: '0'}, ns: 'nightjar.tweets', firstBatch: []}}");
            default -> BsonDocument.parse("{ok: 1}");
        };
    }

    /** Answers an update of more documents than these too late. */
    void slowAbove(int documents) {
        fastUpTo = documents;
    }

    private BsonDocument update(BsonDocument command) {
        updates.add(command);
        if (command.getArray("updates").size() > fastUpTo) {
            LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
        }
        BsonDocument scripted = updateScript.poll();
        if (scripted != null && scripted.getNumber("ok").intValue() != 1) {
            return scripted;
        }
        BsonArray written = command.getArray("updates");
        BsonArray refused = scripted == null ? new BsonArray() : scripted.getArray("writeErrors", new BsonArray());
        for (int i = 0; i < written.size(); i++) {
            int index = i;
            if (refused.stream().noneMatch(e -> e.asDocument().getInt32("index").getValue() == index)) {
                BsonDocument update = written.get(i).asDocument();
                documents.put(update.getDocument("q").getString("_id").getValue(), update.getDocument("u"));
            }
        }
        return scripted != null ? scripted : BsonDocument.parse("{ok: 1, n: " + written.size() + ", nModified: 0}");
    }

    private static void send(OutputStream out, int requestId, boolean legacy, BsonDocument reply) throws IOException {
        RawBsonDocument encoded = new RawBsonDocument(reply, new org.bson.codecs.BsonDocumentCodec());
        byte[] body = new byte[encoded.getByteLength()];
        encoded.getByteBuffer().get(body);
        int headerLength = 16 + (legacy ? 20 : 5);
        ByteBuffer message = ByteBuffer.allocate(headerLength + body.length).order(ByteOrder.LITTLE_ENDIAN);
        message.putInt(message.capacity()).putInt(0).putInt(requestId).putInt(legacy ? OP_REPLY : OP_MSG);
        if (legacy) {
            message.putInt(0).putLong(0).putInt(0).putInt(1);
        } else {
            message.putInt(0).put((byte) 0);
        }
        out.write(message.put(body).array());
        out.flush();
    }

    private static void thread(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // A side has closed the connection.
                    }
                },
                "stub-mongo");
        thread.setDaemon(true);
        thread.start();
    }

    private interface Task {
        void run() throws IOException;
    }
}
