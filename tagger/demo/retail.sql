-- Baskets of the published retail data as purchases, in order of time.
-- Every amount in the files is the double nearest to a whole number of cents, so rounding each
-- line's amount * 100 gives exactly those cents, and sums of lines are sums of integers.
WITH product_lines AS (
    SELECT
        basket_id,
        product_id,
        any_value(household_id) AS household_id,
        any_value(store_id) AS store_id,
        min(transaction_timestamp) AS sold_at,
        sum(quantity)::DOUBLE AS quantity,
        sum(round(sales_value * 100)::BIGINT)::BIGINT AS amount_minor,
        sum(
            round(retail_disc * 100)::BIGINT
            + round(coupon_disc * 100)::BIGINT
            + round(coupon_match_disc * 100)::BIGINT
        )::BIGINT AS discount_minor
    FROM transactions
    GROUP BY basket_id, product_id
),
redeemed AS (
    SELECT
        sold.basket_id,
        count(DISTINCT redemption.coupon_upc) AS coupons,
        any_value(redemption.coupon_upc) AS coupon_upc,
        count(DISTINCT redemption.campaign_id) AS campaigns,
        any_value(redemption.campaign_id) AS campaign_id
    FROM coupon_redemptions AS redemption
    JOIN transactions AS sold
        ON sold.household_id = redemption.household_id
        AND sold.transaction_timestamp::DATE = redemption.redemption_date::DATE
        AND sold.coupon_disc > 0
    JOIN coupons AS coupon
        ON coupon.coupon_upc = redemption.coupon_upc
        AND coupon.campaign_id = redemption.campaign_id
        AND coupon.product_id = sold.product_id
    GROUP BY sold.basket_id
),
baskets AS (
    SELECT
        product_lines.basket_id,
        any_value(household_id) AS household_id,
        any_value(store_id) AS store_id,
        epoch_ms(min(sold_at)) AS sold_at_ms,
        sum(amount_minor)::BIGINT AS amount_minor,
        sum(discount_minor)::BIGINT AS discount_minor,
        to_json(list(struct_pack(
            product_id := product_lines.product_id::VARCHAR,
            category := coalesce(product_category, ''),
            brand := coalesce(brand, ''),
            quantity := quantity,
            amount_minor := amount_minor
        ) ORDER BY product_lines.product_id))::VARCHAR AS lines
    FROM product_lines
    LEFT JOIN products ON products.product_id = product_lines.product_id
    GROUP BY product_lines.basket_id
)
SELECT
    basket_id::VARCHAR,
    'h-' || household_id,
    store_id::VARCHAR,
    sold_at_ms,
    amount_minor,
    discount_minor,
    CASE WHEN coupons = 1 THEN coupon_upc::VARCHAR END,
    CASE WHEN campaigns = 1 THEN campaign_id::VARCHAR END,
    lines
FROM baskets
LEFT JOIN redeemed USING (basket_id)
ORDER BY sold_at_ms, basket_id
