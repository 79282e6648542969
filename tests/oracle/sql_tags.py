"""What SQL asks of the events up to an instant `$t`: tables by customer, and the tags they tell.

Each table adds up one kind of event; an age is the time from an event to the instant, so that a
window of length w holds the ages below w. Each query gives one row a customer and one column a
tag, null or false where the tag is not held; comparisons with null are not true, as with a measure
that is unset. Columns in minor units end in `_minor`.
"""

DAY_MS = 86_400_000

MACROS = f"""
CREATE MACRO days(n) AS n * {DAY_MS}::BIGINT;
CREATE MACRO local(at_ms) AS
    (make_timestamp(at_ms * 1000) AT TIME ZONE 'UTC') AT TIME ZONE 'Europe/Berlin';
"""

READ = """
CREATE TABLE lines AS
SELECT row_number() OVER () AS line, type, event_id, customer_id, coalesce(source, '') AS source,
    kind, order_id, currency, amount_minor::HUGEINT AS amount_minor,
    cost_minor::HUGEINT AS cost_minor, nullif(channel, '') AS channel, action,
    nullif(category, '') AS category, nullif(conversation_id, '') AS conversation_id, direction,
    rating,
    coalesce(
        try_cast(occurred_at AS BIGINT),
        epoch_ms(date_trunc('millisecond', try_cast(occurred_at AS TIMESTAMPTZ)))
    ) AS at_ms
FROM read_json(?, format = 'newline_delimited', columns = {
    type: 'VARCHAR', event_id: 'VARCHAR', customer_id: 'VARCHAR', source: 'VARCHAR',
    kind: 'VARCHAR', order_id: 'VARCHAR', currency: 'VARCHAR', amount_minor: 'BIGINT',
    cost_minor: 'BIGINT', channel: 'VARCHAR', action: 'VARCHAR', category: 'VARCHAR',
    conversation_id: 'VARCHAR', direction: 'VARCHAR', rating: 'BIGINT', occurred_at: 'VARCHAR'})
WHERE type <> 'command';
"""

FIRST_COUNTS = """
CREATE TABLE facts AS
SELECT *, $t - at_ms AS age_ms FROM lines WHERE at_ms <= $t
QUALIFY row_number() OVER (
    PARTITION BY customer_id, type, source, event_id ORDER BY at_ms, line) = 1;
"""

NETTED = """
SELECT count(*) FROM facts AS refund JOIN facts AS sale USING (customer_id, order_id)
WHERE refund.kind = 'refund' AND sale.kind <> 'refund' AND order_id <> '';
"""

KNOWN = "CREATE TABLE known AS SELECT customer_id, max(age_ms) AS age_ms FROM facts GROUP BY ALL;"

SALES = """
CREATE TABLE sales AS
SELECT customer_id, at_ms, age_ms, channel, local(at_ms) AS local_at, currency = 'USD' AS is_priced,
    is_priced AND amount_minor >= 10000 AS is_large,
    if(is_priced, amount_minor, 0) AS net_minor,
    if(is_priced, amount_minor - cost_minor, NULL) AS profit_minor
FROM facts WHERE type = 'purchase' AND kind <> 'refund';
"""

BOUGHT = """
CREATE TABLE bought AS
SELECT customer_id, count(*) AS n, min(age_ms) AS last_age, max(age_ms) AS first_age,
    count(*) FILTER (age_ms < days(7)) AS n_7,
    count(*) FILTER (age_ms < days(30)) AS n_30,
    count(*) FILTER (age_ms < days(60)) AS n_60,
    count(*) FILTER (age_ms < days(90)) AS n_90,
    count(*) FILTER (age_ms < days(365)) AS n_365,
    n_60 - n_30 AS n_30_before,
    count(*) FILTER (age_ms < days(120)) - n_60 AS n_60_before,
    sum(net_minor) FILTER (age_ms < days(90)) AS net_90,
    sum(net_minor) FILTER (age_ms < days(180)) AS net_180,
    sum(net_minor) FILTER (age_ms < days(365)) AS net_365,
    sum(profit_minor) FILTER (age_ms < days(365)) AS profit_365,
    count(*) FILTER (age_ms < days(180) AND is_priced) AS priced_180,
    count(*) FILTER (age_ms < days(180) AND is_large) AS large_180,
    count(DISTINCT channel) FILTER (age_ms < days(180)) AS channels_180,
    count(*) FILTER (age_ms < days(90) AND hour(local_at) NOT BETWEEN 6 AND 17) AS night_90,
    count(*) FILTER (age_ms < days(90) AND isodow(local_at) >= 6) AS weekend_90,
    max(age_ms) FILTER (age_ms < days(365)) - last_age AS span_365,
    count(*) FILTER (year(local_at) >= year(local($t)) - 1) AS n_this_year_or_last
FROM sales GROUP BY ALL;
"""

LOOKED = """
CREATE TABLE looked AS
SELECT customer_id, min(age_ms) AS last_age,
    count(DISTINCT local(at_ms)::DATE) FILTER (age_ms < days(30)) AS days_30,
    count(*) FILTER (age_ms < days(30) AND action IN ('click', 'campaign_click')) AS clicks_30,
    count(*) FILTER (age_ms < days(7) AND action = 'product_view') AS views_7,
    count(*) FILTER (age_ms < days(30) AND action = 'product_view') AS views_30,
    count(*) FILTER (age_ms < days(30) AND action IN ('favourite', 'cart_add', 'checkout_start'))
        AS wishes_30,
    count(DISTINCT category)
        FILTER (age_ms < days(30) AND action IN ('product_view', 'category_view')) AS categories_30
FROM facts WHERE type = 'browse' GROUP BY ALL;
"""

WROTE = """
CREATE TABLE wrote AS
WITH messages AS (
    SELECT *, direction = 'inbound' AS is_own, local(at_ms) AS local_at FROM facts
    WHERE type = 'chat'
)
SELECT customer_id, min(age_ms) AS last_age,
    sum(rating) FILTER (age_ms < days(180)) AS ratings,
    count(rating) FILTER (age_ms < days(180)) AS rated,
    count(*) FILTER (is_own AND age_ms < days(30)) AS own_30,
    count(*) FILTER (is_own AND age_ms < days(90)) AS own_90,
    count(*) FILTER (is_own AND age_ms < days(90) AND hour(local_at) >= 18) AS evening_90,
    count(DISTINCT local_at::DATE) FILTER (is_own AND age_ms < days(14)) AS days_14
FROM messages GROUP BY ALL;
"""

ANSWERED = """
CREATE TABLE answered AS
WITH waits AS (
    SELECT customer_id, direction, lead(if(direction = 'outbound', at_ms, NULL) IGNORE NULLS) OVER (
        PARTITION BY customer_id, conversation_id ORDER BY at_ms, line) - at_ms AS wait_ms
    FROM facts WHERE type = 'chat' AND conversation_id IS NOT NULL AND age_ms < days(7)
)
SELECT customer_id, sum(wait_ms) AS waited_ms, count(wait_ms) AS answers
FROM waits WHERE direction = 'inbound' GROUP BY ALL;
"""

TABLES = (KNOWN, SALES, BOUGHT, LOOKED, WROTE, ANSWERED)

OF_BUYING = """
SELECT customer_id,
    n_30 >= 3 AS active,
    CASE WHEN n_90 >= 12 THEN 'high' WHEN n_90 >= 4 THEN 'middle' ELSE 'low' END
        AS purchase_frequency,
    CASE WHEN n_30 > n_30_before THEN 'rising' WHEN n_30 < n_30_before THEN 'falling'
        ELSE 'steady' END AS frequency_trend,
    n_365 >= 3 AND last_age * (n_365 - 1) > 2 * span_365 AND last_age >= days(7) AS slowing_down,
    CASE WHEN night_90 >= 2 AND night_90 * 4 >= n_90 * 3 THEN 'night' WHEN night_90 >= 1 THEN 'both'
        WHEN n_90 >= 1 THEN 'day' ELSE 'unknown' END AS buying_time,
    weekend_90 >= 3 AS weekend_shopper,
    channels_180 >= 2 AS multi_channel,
    n = 1 AND first_age >= days(14) AND first_age < days(60) AS second_purchase_due,
    first_age >= days(1095) AND n_this_year_or_last >= 1 AS long_standing
FROM known LEFT JOIN bought USING (customer_id);
"""

OF_MONEY = """
WITH scored AS (
    SELECT *,
        CASE WHEN last_age <= days(30) THEN 5 WHEN last_age <= days(90) THEN 4
            WHEN last_age <= days(180) THEN 3 WHEN last_age <= days(365) THEN 2 ELSE 1 END AS r,
        CASE WHEN n_365 >= 24 THEN 5 WHEN n_365 >= 12 THEN 4 WHEN n_365 >= 6 THEN 3
            WHEN n_365 >= 2 THEN 2 ELSE 1 END AS f,
        CASE WHEN net_365 >= 200000 THEN 5 WHEN net_365 >= 100000 THEN 4
            WHEN net_365 >= 40000 THEN 3 WHEN net_365 >= 10000 THEN 2 ELSE 1 END AS m
    FROM known LEFT JOIN bought USING (customer_id)
)
SELECT customer_id,
    CASE WHEN net_90 >= 100000 THEN 'high' WHEN net_90 >= 25000 THEN 'middle' ELSE 'low' END
        AS value_tier,
    coalesce(net_90, 0) AS spend_90d_minor,
    n_90 >= 1 AND large_180 >= 2 AS large_basket_buyer,
    r::VARCHAR AS rfm_recency, f::VARCHAR AS rfm_frequency, m::VARCHAR AS rfm_monetary,
    CASE WHEN r = 5 AND f >= 4 AND m >= 4 THEN 'champion'
        WHEN r <= 3 AND (f >= 4 OR m >= 4) THEN 'not_to_lose'
        WHEN f >= 3 THEN 'faithful' WHEN r = 5 AND f <= 2 THEN 'promising'
        WHEN r IN (3, 4) THEN 'resting' ELSE 'asleep' END AS rfm_segment,
    CASE WHEN profit_365 < 0 THEN 'loss' WHEN profit_365 >= 50000 THEN 'high'
        WHEN profit_365 >= 10000 THEN 'middle' ELSE 'low' END AS profit_contribution,
    net_180, priced_180
FROM scored;
"""

OF_LOOKING = """
SELECT customer_id,
    looked.last_age < 120000 AS on_site,
    CASE WHEN days_30 >= 12 THEN 'high' WHEN days_30 >= 4 THEN 'middle' ELSE 'low' END
        AS browse_frequency,
    CASE WHEN clicks_30 >= 10 THEN 'high' WHEN clicks_30 >= 3 THEN 'middle' ELSE 'low' END
        AS click_frequency,
    categories_30 >= 5 AS wide_interest,
    views_7 >= 5 AND coalesce(n_7, 0) = 0 AS window_shopper,
    bought.last_age >= days(30) AND coalesce(looked.last_age >= days(30), true)
        AND known.age_ms >= days(30) AS silent
FROM known LEFT JOIN looked USING (customer_id) LEFT JOIN bought USING (customer_id);
"""

OF_WRITING = """
SELECT customer_id,
    CASE WHEN ratings >= 4 * rated THEN 'satisfied' WHEN 2 * ratings > 5 * rated THEN 'neutral'
        WHEN rated >= 1 THEN 'unsatisfied' ELSE 'not_rated' END AS satisfaction,
    CASE WHEN own_90 >= 1 AND 2 * evening_90 >= own_90 THEN 'evening' WHEN own_90 >= 1 THEN 'day'
        ELSE 'silent' END AS chat_habit,
    days_14 >= 3 AS in_touch,
    waited_ms > 600000 * answers AS slow_response
FROM known LEFT JOIN wrote USING (customer_id) LEFT JOIN answered USING (customer_id);
"""

OF_STAGES = """
WITH met AS (
    SELECT *, known.age_ms AS known_age, least(looked.last_age, wrote.last_age) AS met_age,
        bought.last_age AS bought_age
    FROM known LEFT JOIN bought USING (customer_id) LEFT JOIN looked USING (customer_id)
        LEFT JOIN wrote USING (customer_id)
)
SELECT customer_id,
    CASE WHEN bought_age >= days(365) THEN 'lost'
        WHEN bought_age >= days(90) AND coalesce(met_age >= days(60), true)
            AND known_age >= days(60) THEN 'at_risk'
        WHEN bought_age >= days(30) AND coalesce(met_age >= days(30), true)
            AND known_age >= days(30) THEN 'silent_stage'
        WHEN first_age >= days(365) AND n_365 >= 12 THEN 'loyal'
        WHEN n = 1 THEN 'first_deal'
        WHEN first_age < days(60) THEN 'new'
        WHEN n_60 >= 2 AND n_60 > n_60_before THEN 'growing'
        WHEN n >= 1 THEN 'stable'
        WHEN views_30 >= 3 OR wishes_30 >= 1 OR own_30 >= 1 THEN 'interested'
        ELSE 'prospect' END AS lifecycle_stage
FROM met;
"""

TAGS = (OF_BUYING, OF_MONEY, OF_LOOKING, OF_WRITING, OF_STAGES)

LEVELS = """
WITH edges AS (
    SELECT customer_id, at_ms, 2 AS part, 1 AS n, net_minor AS minor FROM sales
    UNION ALL
    SELECT customer_id, at_ms + days(30), 1, -1, -net_minor FROM sales WHERE age_ms >= days(30)
)
SELECT customer_id,
    sum(n) OVER past AS n_30, sum(minor) OVER past AS net_30, at_ms, part
FROM edges
WINDOW past AS (PARTITION BY customer_id ORDER BY at_ms, part ROWS UNBOUNDED PRECEDING)
ORDER BY customer_id, at_ms, part;
"""
"""Purchases and dollars of 30 days after every change of either. At an instant all that leaves
does so together, before anything comes in one by one."""
