import sys

from pyspark.sql import SparkSession

sql, store, answers = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
with open(sql) as file, open(answers, "w") as out:
    for statement in file.read().split(";\n"):
        for row in spark.sql(statement).collect():
            print(row[0], file=out)
spark.table("classified").write.format("sqlite").option("file", store).mode("append").save()
