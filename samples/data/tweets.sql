-- Made-up tweets for the tables of tweets.sql in nightjar-source-replay; three share a time, one has no text, one no time.
INSERT INTO tweets (id, tweet, date_time, language) VALUES
  (1001, 'What a game! #final', '2026-01-01 12:00:00.250', 'en'),
  (1002, 'Le train de 8 h est encore en retard.', '2026-01-01 12:00:01', 'fr'),
  (1003, 'Coffee first &amp; then the world #monday #coffee', '2026-01-01 12:00:01', 'en'),
  (1004, 'Schon wieder Regen. #wetter', '2026-01-01 12:00:01', 'de'),
  (1005, NULL, '2026-01-01 12:00:02', 'en'),
  (1006, 'It was said at no time', NULL, 'en'),
  (1007, 'Nobody saw that coming #final', '2026-01-01 12:15:00', 'en');
INSERT INTO hashtags (id, hashtag) VALUES (1, 'final'), (2, 'monday'), (3, 'coffee'), (4, 'wetter');
INSERT INTO tweet_hashtags (tweet_id, hashtag_id, count) VALUES
  (1001, 1, 1), (1003, 2, 1), (1003, 3, 1), (1004, 4, 1), (1007, 1, 1);
