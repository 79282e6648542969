"""Product questions written for this demonstration, so that its interest rule has something to
find: reviews hardly ever ask. Events made of them have the source `demo-script`."""

SOURCE = "demo-script"

QUESTIONS: dict[str, tuple[str, ...]] = {
    "en": (
        "Do you have vitamin D drops for a toddler?",
        "Which of your vitamins can I take together with iron?",
        "Is the vitamin C powder back in stock this week?",
        "Are the children's vitamins free of sugar?",
        "How many vitamin B12 tablets are in the large pack?",
        "Can my husband take these vitamins on an empty stomach?",
        "Is there a cheaper brand of prenatal vitamins?",
        "Do the vitamins in the flyer come in a family size?",
        "What is the use-by date of the vitamin E capsules?",
        "Would you recommend a vitamin for tired eyes?",
    ),
    "zh": (
        "请问有适合孩子吃的维生素吗？",
        "维生素C泡腾片什么时候到货？",
        "孕妇可以吃这款复合维生素吗？",
        "维生素D和钙片能一起吃吗？",
        "老人吃哪种维生素比较好？",
        "这款维生素是无糖的吗？",
        "维生素B族大瓶装有多少片？",
        "维生素软糖一天吃几粒？",
        "传单上的维生素还有优惠吗？",
        "维生素E胶囊的保质期是多久？",
    ),
}
