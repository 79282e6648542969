"""What every log adapter keeps about changelogs and the offsets in them. Subclass
`ChangelogContract` and give it a `harness`."""

from collections.abc import Callable

from tagger.stream.log import Host, Log

from .harness import BROWSE, Contract, ContractHost, Harness, checkpoint


class ChangelogContract(Contract):
    """Where changelogs begin and end, and which part of them is restored."""

    def restoring(
        self, harness: Harness, hosts: dict[str, ContractHost], name: str, after: dict[int, int]
    ) -> Callable[[Log], Host]:
        """A host that restores its shards from these offsets on."""

        def host_for(log: Log) -> Host:
            host = hosts[name] = ContractHost(log)
            host.inputs, host.restores_after = harness.inputs, after
            return host

        return host_for

    def test_a_commit_gives_the_offset_behind_its_last_changelog_record(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            first = await self.start_with_record(harness, hosts, "a")
            rows = ((b"kept", b"1"), (b"gone", b"1"))
            early = await first.log.commit(checkpoint(0, {BROWSE: 1}, changelog=rows))
            none = await first.log.commit(checkpoint(0, {BROWSE: 1}, metadata="{}"))
            late = await first.log.commit(
                checkpoint(0, {BROWSE: 1}, changelog=((b"gone", None), (b"new", b"2")))
            )
            assert none is None
            assert early is not None
            assert late is not None
            assert early < late
            await harness.stop("a")
            await harness.start("b", self.restoring(harness, hosts, "b", {0: early}))
            await harness.until(lambda: "b" in hosts and hosts["b"].open == {0, 1})
            second = hosts["b"]
            assert second.restored[0] == {b"new": b"2"}
            assert late <= second.reached[0] == second.changelogs[0].end
            await harness.stop("b")
            await harness.start("c", self.restoring(harness, hosts, "c", {0: late}))
            await harness.until(lambda: "c" in hosts and hosts["c"].open == {0, 1})
            assert hosts["c"].restored[0] == {}

        harness.run(scene())

    def test_a_changelog_begins_at_0_and_keeps_its_id(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            host = await self.start_one(harness, hosts, "a")
            empty = host.changelogs[0]
            assert (empty.begin, empty.end) == (0, 0)
            assert empty.topic_id == host.changelogs[1].topic_id
            reached = await host.log.commit(checkpoint(0, {BROWSE: 0}, changelog=((b"k", b"v"),)))
            assert reached is not None
            full = await host.log.changelog(0)
            assert (full.topic_id, full.begin) == (empty.topic_id, 0)
            assert full.end >= reached

        harness.run(scene())

    def test_nothing_is_restored_behind_the_end(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            host = await self.start_one(harness, hosts, "a")
            await host.log.commit(checkpoint(1, {BROWSE: 0}, changelog=((b"k", b"v"),)))
            end = (await host.log.changelog(1)).end
            chunks = [chunk async for chunk in host.log.restore(1, end)]
            assert not any(chunk.rows for chunk in chunks)

        harness.run(scene())
