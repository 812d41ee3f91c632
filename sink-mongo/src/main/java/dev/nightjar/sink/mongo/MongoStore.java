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
import dev.nightjar.RejectedRecordsException.Rejection;
import dev.nightjar.RetriableException;
import dev.nightjar.store.ErasableStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNumber;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces documents by their {@code _id}, or inserts them if they are missing, in unordered bulks.
 *
 * <p>Safe for use by multiple threads.
 */
final class MongoStore<T> implements ErasableStore<T, RawBsonDocument> {
    /** The largest document that MongoDB stores. */
    private static final int MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MongoStore.class);
    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);
    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);

    private final DocumentModel<T> model;
    private final MongoCollection<RawBsonDocument> collection;
    private final Map<String, Long> expiryMillis;
    private final Runnable release;

    /** How many documents a slow server stores in time: half as many after a time limit, a few more after a success. */
    private final AtomicInteger most = new AtomicInteger(Integer.MAX_VALUE);

    private MongoStore(
            DocumentModel<T> model,
            MongoCollection<RawBsonDocument> collection,
            Map<String, Long> expiryMillis,
            Runnable release) {
        this.model = model;
        this.collection = collection;
        this.expiryMillis = expiryMillis;
        this.release = release;
    }

    static <T> MongoStore<T> open(
            MongoSinkConfig config, DocumentModel<T> model, MongoDatabase database, String into, Runnable release) {
        MongoDatabase bounded =
                database.withTimeout(config.get(MongoSinkConfig.TIMEOUT).toMillis(), TimeUnit.MILLISECONDS);
        MongoCollection<RawBsonDocument> collection = bounded.getCollection(into, RawBsonDocument.class)
                .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
        try {
            bounded.runCommand(new BsonDocument("ping", new BsonInt32(1)));
            if (config.get(MongoSinkConfig.INDEX_TIME)) {
                collection.createIndex(Indexes.ascending(model.timeField()));
            }
            return new MongoStore<>(model, collection, expiryMillis(collection), release);
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
            if (e.getErrorCode() != Failures.UNAUTHORIZED) {
                throw e;
            }
            LOG.warn(
                    "The user may not list the indexes of {}: whether MongoDB deletes old records is not known",
                    collection.getNamespace());
        }
        return expiries;
    }

    @Override
    public String key(T row) {
        return model.id().apply(row);
    }

    @Override
    public RawBsonDocument encode(T row) {
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

    @Override
    public long bytes(RawBsonDocument document) {
        return document.getByteLength();
    }

    @Override
    public List<Rejection> write(List<Entry<RawBsonDocument>> bulk) {
        List<Rejection> rejections = new ArrayList<>();
        int from = 0;
        while (from < bulk.size()) {
            int size = Math.min(most.get(), bulk.size() - from);
            writePart(bulk.subList(from, from + size), rejections);
            from += size;
        }
        if (bulk.size() > most.get()) {
            most.addAndGet(Math.max(1, most.get() / 8));
        }
        return rejections;
    }

    private void writePart(List<Entry<RawBsonDocument>> part, List<Rejection> rejections) {
        try {
            List<Entry<RawBsonDocument>> raced = send(part, rejections);
            if (!raced.isEmpty() && !send(raced, rejections).isEmpty()) {
                throw new RetriableException("Another writer keeps inserting the same ids into MongoDB", null);
            }
        } catch (MongoException e) {
            if (Failures.isOutOfTime(e)) {
                most.set(Math.max(1, part.size() / 2));
            }
            throw Failures.of(e);
        }
    }

    @Override
    public List<Rejection> erase(List<String> keys) {
        try {
            collection.deleteMany(Filters.in("_id", keys));
        } catch (MongoException e) {
            throw Failures.of(e);
        }
        return List.of();
    }

    @Override
    public void close() {
        release.run();
    }

    /** The server would acknowledge the record and delete it within a minute. */
    private void checkExpiry(BsonDocument document, String field, long millis) {
        if (document.get(field) instanceof BsonDateTime time && time.getValue() < System.currentTimeMillis() - millis) {
            throw new DataException(
                    "expired",
                    "The collection's TTL index deletes what has a '" + field + "' more than " + millis / 1000
                            + " s ago, as this record has");
        }
    }

    /** Writes a bulk, notes what is refused for good and returns what collided with another insert of the same id. */
    private List<Entry<RawBsonDocument>> send(List<Entry<RawBsonDocument>> bulk, List<Rejection> rejections) {
        try {
            collection.bulkWrite(bulk.stream().map(MongoStore::upsert).toList(), UNORDERED);
            return List.of();
        } catch (MongoBulkWriteException e) {
            Failures.throwUnlessOfDocuments(e);
            List<Entry<RawBsonDocument>> raced = new ArrayList<>();
            for (BulkWriteError error : e.getWriteErrors()) {
                Entry<RawBsonDocument> entry = bulk.get(error.getIndex());
                if (Failures.isRace(error)) {
                    raced.add(entry);
                } else {
                    rejections.add(Failures.rejection(error, entry));
                }
            }
            return raced;
        }
    }

    private static ReplaceOneModel<RawBsonDocument> upsert(Entry<RawBsonDocument> entry) {
        return new ReplaceOneModel<>(Filters.eq("_id", entry.key()), entry.value(), UPSERT);
    }
}
