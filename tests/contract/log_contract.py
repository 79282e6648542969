"""What every log adapter keeps about reading, commits and members. Subclass `LogContract` and give
it a `harness`."""

from tagger.stream.log import Committed, Host, Log, Output

from .harness import BROWSE, CHANGES, COMMAND, Contract, ContractHost, Harness, checkpoint


class LogContract(Contract):
    """Positions, commits, and who reads what."""

    def test_a_partition_is_read_in_order_and_from_its_beginning(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            for n in range(20):
                await harness.write(BROWSE, n % 2, b"k", b"%d" % n)
            host = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: sum(map(len, host.records.values())) == 20)
            assert host.values(BROWSE, 0) == [b"%d" % n for n in range(0, 20, 2)]
            assert host.values(BROWSE, 1) == [b"%d" % n for n in range(1, 20, 2)]
            offsets = [record.offset for record in host.records[BROWSE, 0]]
            assert offsets == sorted(set(offsets))

        harness.run(scene())

    def test_records_come_with_key_timestamp_and_headers(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            headers = (("trace", b"1"), ("trace", b"2"), ("none", None))
            await harness.write(COMMAND, 1, b"k", b"v", headers)
            host = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: bool(host.records[COMMAND, 1]))
            record = host.records[COMMAND, 1][0]
            assert (record.key, record.value, record.headers) == (b"k", b"v", headers)
            assert record.timestamp <= host.log.now()

        harness.run(scene())

    def test_the_next_owner_finds_positions_metadata_and_changelog_without_deleted_keys(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            for n in range(4):
                await harness.write(BROWSE, 0, b"k", b"%d" % n)
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: len(first.records[BROWSE, 0]) == 4)
            third = first.records[BROWSE, 0][2].offset
            rows = ((b"kept", b"1"), (b"gone", b"1"), (b"kept", b"2"))
            await first.log.commit(checkpoint(0, {BROWSE: 1}, changelog=rows, metadata="early"))
            await first.log.commit(
                checkpoint(0, {BROWSE: third}, changelog=((b"gone", None),), metadata="clock 7")
            )
            await harness.stop("a")
            second = await self.start_one(harness, hosts, "b")
            assert second.committed[0] == {BROWSE: Committed(third, "clock 7")}
            assert second.committed[1] == {}
            assert second.restored[0] == {b"kept": b"2"}
            assert second.restored[1] == {}
            await harness.until(lambda: len(second.records[BROWSE, 0]) == 2)
            assert second.values(BROWSE, 0) == [b"2", b"3"]

        harness.run(scene())

    def test_nothing_that_was_not_committed_counts_as_read(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            await self.start_with_record(harness, hosts, "a")
            await harness.stop("a")
            second = await self.start_one(harness, hosts, "b")
            assert second.committed == {0: {}, 1: {}}
            await harness.until(lambda: bool(second.records[BROWSE, 0]))
            assert await harness.published(CHANGES) == []

        harness.run(scene())

    def test_what_a_commit_publishes_can_be_read_when_it_returns(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            host = await self.start_with_record(harness, hosts, "a")
            outputs = tuple(
                Output(CHANGES, b"same key", b"%d" % n, (("ce_id", b"%d" % n),)) for n in range(3)
            )
            await host.log.commit(checkpoint(0, {BROWSE: 1}, outputs=outputs))
            found = await harness.published(CHANGES)
            assert [(o.key, o.value, o.headers) for o in found] == [
                (o.key, o.value, o.headers) for o in outputs
            ]

        harness.run(scene())

    def test_a_shard_that_the_host_does_not_open_is_not_read(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        def host_for(log: Log) -> Host:
            host = ContractHost(log)
            host.inputs, host.refused = harness.inputs, frozenset({1})
            hosts["a"] = host
            return host

        async def scene() -> None:
            await harness.write(BROWSE, 1, b"k", b"unread")
            await harness.start("a", host_for)
            await harness.until(lambda: "a" in hosts and hosts["a"].open == {0})
            await harness.write(BROWSE, 1, b"k", b"unread")
            await harness.write(BROWSE, 0, b"k", b"read")
            await harness.until(lambda: hosts["a"].values(BROWSE, 0) == [b"read"])
            assert hosts["a"].values(BROWSE, 1) == []

        harness.run(scene())

    def test_a_paused_partition_waits_and_goes_on_where_it_stopped(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            await harness.write(BROWSE, 0, b"k", b"0")
            host = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: bool(host.records[BROWSE, 0]))
            host.log.pause(BROWSE, 0)
            ticked = host.ticks
            await harness.until(lambda: host.ticks > ticked + 1)
            await harness.write(BROWSE, 0, b"k", b"1")
            await harness.write(BROWSE, 1, b"k", b"other")
            await harness.until(lambda: bool(host.records[BROWSE, 1]))
            assert host.values(BROWSE, 0) == [b"0"]
            host.log.resume(BROWSE, 0)
            await harness.until(lambda: len(host.records[BROWSE, 0]) == 2)
            assert host.values(BROWSE, 0) == [b"0", b"1"]

        harness.run(scene())

    def test_a_last_checkpoint_is_taken_when_shards_are_revoked(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            await harness.write(BROWSE, 0, b"k", b"0")
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: bool(first.records[BROWSE, 0]))
            first.on_revoked = lambda n: checkpoint(n, {BROWSE: 1}) if n == 0 else None
            await harness.stop("a")
            assert first.open == set()
            second = await self.start_one(harness, hosts, "b")
            assert second.committed[0] == {BROWSE: Committed(1, "")}

        harness.run(scene())

    def test_a_member_that_joins_takes_a_shard_over_from_its_committed_position(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            for n in range(6):
                await harness.write(BROWSE, n % 2, b"k", b"%d" % n)
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: sum(map(len, first.records.values())) == 6)
            for shard in (0, 1):
                await first.log.commit(checkpoint(shard, {BROWSE: 2}))
            await harness.start("b", self.joining(harness, hosts, "b"))
            await harness.until(lambda: "b" in hosts and len(hosts["b"].open) == 1)
            second = hosts["b"]
            await harness.until(lambda: first.open | second.open == {0, 1})
            assert not first.open & second.open
            (moved,) = second.open
            await harness.until(lambda: bool(second.records[BROWSE, moved]))
            assert second.values(BROWSE, moved) == [b"%d" % (4 + moved)]

        harness.run(scene())

    def test_a_killed_members_shards_go_on_at_the_committed_position(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            for n in range(3):
                await harness.write(BROWSE, 0, b"k", b"%d" % n)
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: len(first.records[BROWSE, 0]) == 3)
            await first.log.commit(checkpoint(0, {BROWSE: 1}))
            await harness.kill("a")
            second = await self.start_one(harness, hosts, "b")
            await harness.until(lambda: len(second.records[BROWSE, 0]) == 2)
            assert second.values(BROWSE, 0) == [b"1", b"2"]

        harness.run(scene())
