import ReleaseModel
import StageControl
import Testing

@Suite("What a rollout is told")
struct ObservationTests {
    private let harm = Name.test("harm")

    private func fault(_ world: World, _ change: (inout Observations) -> Void) -> ObservationFault? {
        var look = world.look()
        change(&look)
        do throws(ObservationFault) {
            _ = try Rollout.step(world.rollout, look)
            return nil
        } catch {
            return error
        }
    }

    @Test("what cannot be is refused as a whole, and changes nothing")
    func refused() throws {
        var world = try World.opened(at: 1)
        world.wait(milliseconds: 1_000)
        #expect(self.fault(world) { $0.epoch = 0 } == .otherEpoch(found: 0, expected: 1))
        #expect(self.fault(world) { $0.metrics[0].metric = .test("other") } == .unknownMetric(.test("other")))
        #expect(self.fault(world) { $0.metrics.append($0.metrics[0]) } == .repeatedMetric(self.harm))
        #expect(self.fault(world) { $0.requests = -1 } == .impossibleCount("requests"))
        #expect(self.fault(world) { $0.requests = 1 } == .countWentBack("requests"))
        #expect(
            self.fault(world) { $0.units = [ArmSplit(share: 0, candidate: 1, baseline: 1)] }
                == .impossibleCount("units"))
        #expect(
            self.fault(world) { $0.strata = [StratumCount(dimension: .region, part: self.harm, requests: -4)] }
                == .impossibleCount("strata"))
        #expect(
            self.fault(world) { $0.gateways[0].generation += 1 }
                == .unknownGeneration(
                    gateway: .test("gw-1"), found: world.rollout.enforcement.generation + 1,
                    newest: world.rollout.enforcement.generation))
        #expect(
            self.fault(world) { look in
                look.clock = ClockReading(boot: 9, monotonic: 1, wall: Timestamp(milliseconds: -1))
            } == .impossibleCount("clock"))
        #expect(
            self.fault(world) { $0.zones = Array(repeating: ZoneOffset(zone: .utc, minutes: 0), count: 10_001) }
                == .tooMany("zones"))
        #expect(self.fault(world) { _ in } == nil)
    }

    @Test("a metric that contradicts itself is an error with a reason, and holds; the others are judged")
    func contradictory() throws {
        var world = try World.opened(at: 1)
        world.use(100, events: 3)
        try world.tick(recording: .everything)
        world.wait(milliseconds: 1_000)
        let later = world.now.advanced(milliseconds: 3_600_000)
        let cases: [(change: (inout MetricObservation) -> Void, reason: String)] = [
            ({ $0.events = -1 }, "a count is negative or too large"),
            ({ $0.exposure = .max }, "a count is negative or too large"),
            ({ $0.events = 2 }, "a count went back"), ({ $0.exposure -= 1 }, "a count went back"),
            ({ $0.heartbeat = later }, "the heartbeat is from the future"),
            ({ $0.watermark = later }, "the watermark is from the future"),
            ({ $0.watermark = Timestamp(milliseconds: 5) }, "the watermark went back"),
            ({ $0.probes = ProbeCounts(sent: 1, seen: 2) }, "more probes were seen than sent"),
            (
                { $0.splits = [ArmSplit(share: 1_000_000, candidate: 1, baseline: 1)] },
                "the counts by arm are negative, too large, or of no share between 0 and 1"
            ),
        ]
        for (change, reason) in cases {
            var look = world.look()
            change(&look.metrics[0])
            let step = try Rollout.step(world.rollout, look)
            let health = try #require(step.assessment?.health)
            #expect(health.map(\.state) == [.contradictory, .sound], "\(reason)")
            #expect(health[0].reason == reason)
            #expect(step.assessment?.holds == [.sourceError(metric: 0)], "\(reason)")
            #expect(step.assessment?.rules.filter { $0.metric == 0 }.allSatisfy { $0.verdict == .error } == true)
        }
        var look = world.look()
        look.metrics[1].events = look.metrics[1].exposure + 1
        #expect(
            try Rollout.step(world.rollout, look).assessment?.health[1].reason
                == "there are more events than exposures")
    }

    @Test("a tripwire counts what is reported even where the rest contradicts itself")
    func trippedInspiteOfAll() throws {
        var world = try World.opened(at: 1)
        world.use(1, events: 1, tripped: 1)
        world.count(self.harm) { $0.events = -5 }
        try world.tick(after: TimeSpan(1, .second))
        #expect(world.rollout.stage == nil)
    }

    @Test("contradictions that last are blindness that lasts")
    func lasting() throws {
        var world = try World.opened(at: 1)
        try world.tick(recording: .everything)
        world.count(self.harm) { $0.exposure = 1 }
        try world.run(TimeSpan(3, .hour))
        #expect(world.rollout.stage == 1 && world.rollout.enforcement.isFrozen)
        try world.run(TimeSpan(70, .minute))
        #expect(world.rollout.stage == 0)
    }

    @Test("a missed probe is silence, however many events come in")
    func probes() throws {
        var world = try World.opened(at: 1)
        world.use(1_000)
        let now = world.now
        world.count(self.harm) { $0.probes = ProbeCounts(sent: 5, seen: 4, missedSince: now) }
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.holds == [.noData(metric: 0)])
        world.count(self.harm) { $0.probes = ProbeCounts(sent: 6, seen: 5) }
        #expect(try world.tick(after: TimeSpan(1, .second)).assessment?.holds == [])
    }

    @Test("every fault has a code of its own")
    func codes() {
        let all: [ObservationFault] = [
            .otherEpoch(found: 1, expected: 2), .unknownMetric(self.harm), .repeatedMetric(self.harm),
            .impossibleCount("x"), .countWentBack("x"),
            .unknownGeneration(gateway: self.harm, found: 2, newest: 1), .tooMany("x"),
        ]
        #expect(Set(all.map(\.code)).count == all.count && all.allSatisfy { $0.description.contains(";") })
    }
}
