-- The tables that JdbcReplayConfig expects unless told others: for H2, MariaDB and MySQL.
CREATE TABLE tweets (
  id BIGINT NOT NULL PRIMARY KEY,
  tweet TEXT,
  date_time TIMESTAMP(3) NULL,
  language VARCHAR(16)
);
CREATE INDEX tweets_by_time ON tweets (date_time, id);
CREATE TABLE hashtags (
  id INT NOT NULL PRIMARY KEY,
  hashtag VARCHAR(255) NOT NULL
);
CREATE TABLE tweet_hashtags (
  tweet_id BIGINT NOT NULL,
  hashtag_id INT NOT NULL,
  count INT NOT NULL,
  PRIMARY KEY (tweet_id, hashtag_id)
);
