-- Every change of the job up to an instant, from a table purchases (customer, bought_at); instants
-- are milliseconds.
-- A customer holds the tag from a purchase on until the one two before it is too old: that is a
-- span. Spans that overlap are one; those that only touch are two, with a change out and in again
-- between them.
with spans as (
    select customer, bought_at as begins,
        lag(bought_at, $least - 1) over buying + $within_ms as ends
    from purchases
    window buying as (partition by customer order by bought_at)
), held as (
    select customer, begins, ends,
        coalesce(begins >= max(ends) over (
            partition by customer order by begins, ends
            rows between unbounded preceding and 1 preceding
        ), true) as is_first
    from spans
    where begins < ends
), numbered as (
    select *, sum(is_first::int) over (
        partition by customer order by begins, ends rows unbounded preceding
    ) as number
    from held
), whole as (
    select customer, min(begins) as begins, max(ends) as ends
    from numbered
    group by customer, number
)
select customer, 'added' as op, begins as made_at from whole where begins <= $until
union all
select customer, 'removed', ends from whole where ends <= $until
order by customer, made_at, op desc
