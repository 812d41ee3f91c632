"""The emotion of each English tweet in a Kafka topic, into MongoDB: README.md says how to start it."""

import os

from pyspark.sql import SparkSession

spark = (SparkSession.builder.appName("emotion-mongo")
         .config("spark.sql.extensions", "dev.nightjar.spark.NightjarExtensions")
         .config("spark.nightjar.classifiers.emotion.type", "dev.nightjar.classifier.onnx.OnnxClassifierConfig")
         .config("spark.nightjar.classifiers.emotion.model", "emotion")
         .getOrCreate())
(spark.readStream.format("kafka")
 .option("kafka.bootstrap.servers", os.environ.get("KAFKA", "localhost:9092"))
 .option("subscribe", "tweets").option("startingOffsets", "earliest")
 .load().createOrReplaceTempView("records"))
emotions = spark.sql("""
    SELECT *, classify('emotion', text) AS emotion
    FROM (SELECT tweet.* FROM (SELECT parse_tweet(value) AS tweet FROM records))
    WHERE rejected IS NULL AND lang = 'en'""")
query = (emotions.writeStream.format("nightjar-mongo")
         .option("uri", os.environ.get("MONGO", "mongodb://localhost:27017/tweets"))
         .option("checkpointLocation", os.environ.get("CHECKPOINT", "checkpoint"))
         .start())
query.awaitTermination()
