"""What every log adapter keeps about its clocks and about the ends of topics. Subclass
`EndsContract` and give it a `harness`."""

from .harness import BROWSE, Contract, ContractHost, Harness, answer_with, ends_of, tick_of


class EndsContract(Contract):
    """Where partitions end, how many there are, and when."""

    def test_ends_are_reached_by_whoever_has_read_everything(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            host = await self.start_one(harness, hosts, "a")
            empty = await ends_of(host)
            assert set(empty.offsets) == {(topic, n) for topic in harness.inputs for n in (0, 1)}
            assert set(empty.offsets.values()) == {0}
            for n in range(3):
                await harness.write(BROWSE, 1, b"k", b"%d" % n)
            asked_at = host.log.now()
            answer = await ends_of(host)
            assert answer.as_of >= asked_at
            assert not answer.fed
            await harness.until(lambda: len(host.records[BROWSE, 1]) == 3)
            assert host.records[BROWSE, 1][-1].offset + 1 == answer.offsets[BROWSE, 1]

        harness.run(scene())

    def test_answers_tell_of_partitions_that_are_added_to_a_topic(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            host = await self.start_one(harness, hosts, "a")
            before = await answer_with(harness, host, lambda answer: bool(answer.partitions))
            assert before.partitions == dict.fromkeys(harness.inputs, 2)
            await harness.add_partitions(BROWSE, 3)
            after = await answer_with(
                harness, host, lambda answer: answer.partitions.get(BROWSE) == 3
            )
            assert after.partitions == dict.fromkeys(harness.inputs, 2) | {BROWSE: 3}

        harness.run(scene())

    def test_a_member_beyond_the_partitions_gets_an_answer_without_ends(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            names = ("a", "b", "c")
            for name in names:
                await harness.start(name, self.joining(harness, hosts, name))
            await harness.until(
                lambda: len(hosts) == 3 and sorted(len(hosts[n].open) for n in names) == [0, 1, 1]
            )
            (spare,) = (host for host in hosts.values() if not host.open)
            answer = await answer_with(harness, spare, lambda _: True)
            assert answer.offsets == {}

        harness.run(scene())

    def test_the_monotonic_clock_never_goes_back(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            host = await self.start_one(harness, hosts, "a")
            seen = [host.log.monotonic()]
            while seen[-1] == seen[0]:
                await tick_of(harness, host)
                seen.append(host.log.monotonic())
            assert seen == sorted(seen)

        harness.run(scene())
