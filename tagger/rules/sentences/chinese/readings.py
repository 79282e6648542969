"""Chinese sentences on how a rule counts, where that can surprise."""

READINGS: dict[str, str] = {
    "refunds_by_order": (
        "退款自发生之时起冲减所属订单的购买金额；一个订单最低减到 0，订单不明的退款不冲减"
    ),
    "refunds_by_date": "退款在其发生之时扣减，不论属于哪个订单",
    "refunds_ignored": "不扣减退款",
    "refunded_counts": "已退款的购买仍算作购买",
    "before_refunds": "判断单次购买的金额时，以退款前的实付金额为准",
    "currency": "只计{currency}金额，其他币种不计",
    "profit": "利润为实付金额减去成本；成本未知的购买不计",
    "none_then_unset": "{window}没有{bare}时，{measure}无从得知，{result}",
    "unset_false": "视为不满足相应条件",
    "unset_true": "由于相应条件带有否定，反而视为满足",
    "interval_unset": "{many}不足两{unit}时，没有间隔可言，{result}",
    "ratio_unset": "两者之一未知，或除数为 0 时，{result}",
    "answer_unset": "期间没有得到回复的消息时，{result}",
    "attribute_unset": "{attribute}未知时，{result}",
    "tag_age_unset": "客户没有标签{tag}时，{result}",
    "nothing_counts_too": "从未有过{bare}的客户，自首次出现起也满足{clause}",
    "absent_new": "客户首次出现满{duration}后，没有动静才算数：新客户不会被当作沉默客户",
    "absent_include_new": "新客户自首次出现起也算没有动静",
    "calendar": "日、周、月、年均以{zone}时间的零点为界，每周从周一开始",
    "local_clock": "钟点和星期几以{zone}时间为准",
    "age": "年龄按周岁计算；有出生日期时，以出生日期为准",
    "leap_day": "2 月 29 日出生的客户，平年的生日为 3 月 1 日",
    "lines": "商品和件数只统计订单中符合要求的商品行",
    "mention_rules": "不区分大小写；拼音文字按整词匹配，中文按字面匹配",
    "answers": "只统计有会话编号的聊天",
    "other_tags": (
        "它所参考的其他标签一有变化，它立即随之变化，人工设置的值和因时间引起的变化也不例外"
    ),
}
