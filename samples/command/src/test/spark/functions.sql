CREATE OR REPLACE TEMP VIEW tweets AS
SELECT string(1785640309355446272 + id) AS id, concat(if(id % 3 = 0, 'what a happy day ', 'so sad #mood '), id) AS text,
  timestamp '2024-05-01 08:00:00' AS created_at
FROM range(20);

CREATE OR REPLACE TEMP VIEW classified AS SELECT *, classify('emotion', text) AS emotion FROM tweets;

SELECT to_json(struct(*)) FROM classified ORDER BY id;

SELECT concat_ws(' ', emotion.label, count(*), round(avg(classify(text).score), 6)) FROM classified GROUP BY emotion.label ORDER BY 1;

SELECT to_json(model_info('emotion'));

SELECT to_json(parse_tweet('{"id":"7","text":"hello","created_at":"2026-02-08T20:00:00Z"}'));

SELECT parse_tweet('hello').rejected;

SELECT to_json(struct(hashtags(text), mentions(text), normalize_tweet(text))) FROM tweets ORDER BY id LIMIT 2
