/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.sink.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import dev.nightjar.DataException;
import dev.nightjar.RejectedRecordsException;
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.Sink;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces documents by their {@code _id}, inserting those that are not there, in unordered bulks.
 *
 * <p>Safe for use by multiple threads.
 */
final class MongoSink<T> implements Sink<T> {
    /** The largest document that MongoDB stores. */
    private static final int MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MongoSink.class);
    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);
    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
    private static final int UNAUTHORIZED = 13;

    private final DocumentModel<T> model;
    private final MongoCollection<RawBsonDocument> collection;
    private final Map<String, Long> expiryMillis;
    private final int batchSize;
    private final int batchBytes;
    private final Clock clock;
    private final Runnable release;

    /** Held for reading by every write, for writing by close. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private boolean closed;

    private MongoSink(
            MongoSinkConfig config,
            DocumentModel<T> model,
            MongoCollection<RawBsonDocument> collection,
            Map<String, Long> expiryMillis,
            Runnable release) {
        this.model = model;
        this.collection = collection;
        this.expiryMillis = expiryMillis;
        this.batchSize = config.batchSize();
        this.batchBytes = config.batchBytes();
        this.clock = Clock.systemUTC();
        this.release = release;
    }

    static <T> MongoSink<T> open(
            MongoSinkConfig config, DocumentModel<T> model, MongoDatabase database, String into, Runnable release) {
        MongoDatabase bounded = database.withTimeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        MongoCollection<RawBsonDocument> collection = bounded.getCollection(into, RawBsonDocument.class)
                .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
        try {
            bounded.runCommand(new BsonDocument("ping", new BsonInt32(1)));
            if (config.timeIndex()) {
                collection.createIndex(Indexes.ascending(model.timeField()));
            }
            return new MongoSink<>(config, model, collection, expiryMillis(collection), release);
        } catch (MongoException e) {
            throw Failures.of(e);
        }
    }

    /** After how long the server deletes a document, by the field whose time it looks at. */
    private static Map<String, Long> expiryMillis(MongoCollection<RawBsonDocument> collection) {
        Map<String, Long> expiries = new HashMap<>();
        try {
            for (BsonDocument index : collection.listIndexes(BsonDocument.class)) {
                if (index.get("expireAfterSeconds") instanceof BsonNumber seconds) {
                    expiries.put(
                            index.getDocument("key").getFirstKey(), TimeUnit.SECONDS.toMillis(seconds.longValue()));
                }
            }
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != UNAUTHORIZED) {
                throw e;
            }
            LOG.warn(
                    "The user may not list the indexes of {}: whether MongoDB deletes old records is not known",
                    collection.getNamespace());
        }
        return expiries;
    }

    @Override
    public void write(List<T> batch) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The sink is closed");
            }
            List<Rejection> rejections = new ArrayList<>();
            List<Replacement> pending = replacements(batch, rejections);
            while (!pending.isEmpty()) {
                Map<String, Rejection> refused = new HashMap<>();
                for (List<Replacement> bulk : bulks(lastOfEachId(pending))) {
                    replace(bulk, refused);
                }
                rejections.addAll(refused.values());
                pending = shadowed(pending, refused);
            }
            if (!rejections.isEmpty()) {
                throw new RejectedRecordsException(rejections);
            }
        } catch (MongoException e) {
            throw Failures.of(e);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                release.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private List<Replacement> replacements(List<T> batch, List<Rejection> rejections) {
        List<Replacement> replacements = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            T row = batch.get(i);
            String id = model.id().apply(row);
            try {
                replacements.add(new Replacement(i, id, encode(row)));
            } catch (DataException e) {
                rejections.add(new Rejection(i, id, e.code(), e.getMessage()));
            }
        }
        return replacements;
    }

    private RawBsonDocument encode(T row) {
        BsonDocument document;
        try {
            document = model.document().apply(row);
        } catch (ArithmeticException e) {
            throw new DataException("time-out-of-range", "MongoDB cannot hold the record's time", e);
        }
        expiryMillis.forEach((field, millis) -> checkExpiry(document, field, millis));
        RawBsonDocument encoded = new RawBsonDocument(document, CODEC);
        if (encoded.getByteLength() > MAX_DOCUMENT_BYTES) {
            throw new DataException(
                    "too-large",
                    "The document has " + encoded.getByteLength() + " bytes, more than the " + MAX_DOCUMENT_BYTES
                            + " that MongoDB stores");
        }
        return encoded;
    }

    /** The server would acknowledge the record and delete it within a minute. */
    private void checkExpiry(BsonDocument document, String field, long millis) {
        if (document.get(field) instanceof BsonDateTime time && time.getValue() < clock.millis() - millis) {
            throw new DataException(
                    "expired",
                    "The collection's TTL index deletes what has a '" + field + "' more than " + millis / 1000
                            + " s ago, as this record has");
        }
    }

    private static Collection<Replacement> lastOfEachId(List<Replacement> replacements) {
        Map<String, Replacement> last = new LinkedHashMap<>();
        for (Replacement replacement : replacements) {
            last.put(replacement.id, replacement);
        }
        return last.values();
    }

    private List<List<Replacement>> bulks(Collection<Replacement> replacements) {
        List<List<Replacement>> bulks = new ArrayList<>();
        List<Replacement> bulk = new ArrayList<>();
        long bytes = 0;
        for (Replacement replacement : replacements) {
            int length = replacement.document.getByteLength();
            if (!bulk.isEmpty() && (bulk.size() == batchSize || bytes + length > batchBytes)) {
                bulks.add(bulk);
                bulk = new ArrayList<>();
                bytes = 0;
            }
            bulk.add(replacement);
            bytes += length;
        }
        bulks.add(bulk);
        return bulks;
    }

    private void replace(List<Replacement> bulk, Map<String, Rejection> refused) {
        List<Replacement> raced = send(bulk, refused);
        if (!raced.isEmpty() && !send(raced, refused).isEmpty()) {
            throw new RetriableException("Another writer keeps inserting the same ids into MongoDB", null);
        }
    }

    /** Writes a bulk, notes what is refused for good and returns what met another writer's insert of the same id. */
    private List<Replacement> send(List<Replacement> bulk, Map<String, Rejection> refused) {
        try {
            collection.bulkWrite(bulk.stream().map(MongoSink::upsert).toList(), UNORDERED);
            return List.of();
        } catch (MongoBulkWriteException e) {
            Failures.throwUnlessOfDocuments(e);
            List<Replacement> raced = new ArrayList<>();
            for (BulkWriteError error : e.getWriteErrors()) {
                Replacement replacement = bulk.get(error.getIndex());
                if (Failures.isRace(error)) {
                    raced.add(replacement);
                } else {
                    refused.put(replacement.id, Failures.rejection(error, replacement.index, replacement.id));
                }
            }
            return raced;
        }
    }

    private static ReplaceOneModel<RawBsonDocument> upsert(Replacement replacement) {
        return new ReplaceOneModel<>(Filters.eq("_id", replacement.id), replacement.document, UPSERT);
    }

    /** The records before a refused one of the same id, of which the last is to be stored in its place. */
    private static List<Replacement> shadowed(List<Replacement> replacements, Map<String, Rejection> refused) {
        return replacements.stream()
                .filter(replacement -> {
                    Rejection rejection = refused.get(replacement.id);
                    return rejection != null && replacement.index < rejection.index();
                })
                .toList();
    }

    /** A record of a batch as the document that is to stand under its id. */
    private record Replacement(int index, String id, RawBsonDocument document) {}
}
