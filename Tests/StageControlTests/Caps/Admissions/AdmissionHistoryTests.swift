import ReleaseModel
import SluiceTesting
import StageControl
import Testing

/// 600 histories of 200 operations each: 120,000 in all.
@Suite("In every history, caps")
struct AdmissionHistoryTests {
    @Test("answer, count and invite as the obvious implementation does, and come back from the ledger the same")
    func twin() {
        repeated(seeds: 600) { seed, generator in
            var history = try AdmissionHistory(using: &generator)
            for step in 0..<200 {
                try history.step(using: &generator)
                try history.compare("step \(step)", using: &generator)
            }
            try #require(history.world.replayed == history.world.state)
        }
    }

    /// Invariant I5, and the ceilings themselves, for plans that widen from stage to stage over one cohort.
    @Test("let in no more than the widest stage that was open allows, and never exchange them")
    func laws() {
        repeated(seeds: 150) { seed, generator in
            var history = try AdmissionHistory(widening: true, using: &generator)
            var (ever, widest): (Set<AudienceUnit>, Int) = ([], 0)
            for _ in 0..<100 {
                let before = (stage: history.stage, isIn: history.members)
                try history.step(using: &generator)
                let members = history.members
                if let old = before.stage, let new = history.stage, old != new {
                    let (wide, narrow) = old < new ? (members, before.isIn) : (before.isIn, members)
                    try #require(wide.isSuperset(of: narrow), "from \(old) to \(new)")
                }
                widest = max(widest, history.stage ?? 0)
                ever.formUnion(members)
                let audience = history.world.spec.stages[widest].audience
                try #require(ever.count <= audience.people?.max ?? .max)
                try #require(Set(ever.map(\.application)).count <= audience.applications?.max ?? .max)
                if let stage = history.stage {
                    let audience = history.world.spec.stages[stage].audience
                    try #require(members.count <= audience.people?.max ?? .max)
                    try #require(Set(members.map(\.application)).count <= audience.applications?.max ?? .max)
                }
            }
        }
    }

    /// Counted from the ledger alone: in no week of a stage are more let in than it invites.
    @Test("invite no more in a week than the stage says")
    func weekly() {
        repeated(seeds: 100) { seed, generator in
            var history = try AdmissionHistory(widening: true, using: &generator)
            for _ in 0..<150 { try history.step(using: &generator) }
            var (stage, opened, now): (Int, [Int: Timestamp], Timestamp) = (0, [:], AdmissionWorld.opened)
            var weeks: [[Int]: Int] = [:]
            for entry in history.world.ledger {
                now = max(now, entry.at)
                var invited = (stage: stage, count: 0)
                switch entry.event {
                case .opened(let openings):
                    stage = openings.cohorts.first?.stage ?? stage
                    if !openings.cohorts.isEmpty, opened[stage] == nil { opened[stage] = entry.at }
                case .admitted: invited.count = 1
                case .invited(let stage, let count): invited = (stage, count)
                case .queued, .removed, .restored: break
                }
                guard invited.count > 0 else { continue }
                let week = Int(now.since(try #require(opened[invited.stage])) / 604_800_000)
                weeks[[invited.stage, week], default: 0] += invited.count
            }
            for (key, count) in weeks {
                let limit = history.world.spec.stages[key[0]].audience.invitationsPerWeek
                try #require(count <= limit ?? .max, "stage \(key[0]), week \(key[1])")
            }
        }
    }
}

/// A random plan, and what happens under it.
private struct AdmissionHistory {
    private(set) var world: AdmissionWorld
    private(set) var stage: Int?
    private var twin: AdmissionTwin
    private let cohorts: [Name]
    private let units: [AudienceUnit]
    private var now = AdmissionWorld.opened

    init(widening: Bool = false, using generator: inout SeededGenerator) throws {
        let cohorts = try ["a", "b", "c"].prefix(widening ? 1 : 3).map { try Sample.name($0) }
        var audiences: [StageAudience] = []
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let named = cohorts.filter { _ in !generator.oneIn(3) }
            var caps = (0..<2).map { _ in generator.oneIn(3) ? nil : Int.random(in: 1...6, using: &generator) }
            if widening {
                let before = audiences.last
                caps = [
                    (before?.applications?.max ?? 0) + Int.random(in: 0...2, using: &generator)
                        + (before == nil ? 1 : 0),
                    (before?.people?.max ?? 0) + Int.random(in: 0...5, using: &generator) + (before == nil ? 1 : 0),
                ]
            }
            audiences.append(
                StageAudience(
                    cohorts: named.isEmpty ? [cohorts[0]] : named, applications: caps[0].map { .init(max: $0) },
                    people: caps[1].map { .init(max: $0) },
                    invitationsPerWeek: generator.oneIn(3) ? nil : .random(in: 1...3, using: &generator)))
        }
        let unit: PlanBucketing.Unit = widening || generator.oneIn(2) ? .account : .application
        let spec = try AdmissionWorld.spec(audiences, unit: unit)
        self.world = AdmissionWorld(spec)
        self.twin = AdmissionTwin(spec)
        self.cohorts = Array(cohorts)
        self.units = try (0..<6).flatMap { application in
            [AudienceUnit(Sample.application(application))]
                + (try (0..<3).map { try Sample.account($0, of: application) })
        }
        try self.open(0, isFrozen: false)
    }

    /// Who is in now.
    var members: Set<AudienceUnit> {
        Set(self.units.filter { unit in self.cohorts.contains { self.world.state.isIn(unit, of: $0) } })
    }

    private func unit(using generator: inout SeededGenerator) -> AudienceUnit {
        self.units[Int.random(in: 0..<self.units.count, using: &generator)]
    }

    /// Mostly the application's own, sometimes another: grants change.
    private func cohort(of unit: AudienceUnit, using generator: inout SeededGenerator) -> Name {
        let own = Int(truncatingIfNeeded: unit.application.bits) % self.cohorts.count
        return self.cohorts[generator.oneIn(12) ? Int.random(in: 0..<self.cohorts.count, using: &generator) : own]
    }

    private mutating func open(_ stage: Int?, isFrozen: Bool) throws {
        self.stage = stage
        try self.world.open(stage, isFrozen: isFrozen, at: self.now)
        self.twin.open(stage.map { self.world.spec.openings(atStage: $0) } ?? [:], isFrozen, self.now)
    }

    mutating func step(using generator: inout SeededGenerator) throws {
        let unit = self.unit(using: &generator)
        switch Int.random(in: 0..<40, using: &generator) {
        case 0..<27:
            let cohort = self.cohort(of: unit, using: &generator)
            let answer = try self.world.admit(unit, of: cohort, at: self.now)
            try #require(answer == self.twin.admit(unit, cohort, self.now), "\(unit) of \(cohort)")
        case 27..<33:
            let days = Int64.random(in: -1...4, using: &generator)
            self.now = self.now.advanced(milliseconds: days * 86_400_000 + .random(in: 0...1, using: &generator))
        case 33..<37:
            self.world.invite(at: self.now)
            self.twin.invite(self.now)
        case 37:
            let stage = Int.random(in: -1..<self.world.spec.stages.count, using: &generator)
            try self.open(stage < 0 ? nil : stage, isFrozen: generator.oneIn(6))
        case 38:
            self.world.remove(unit, at: self.now)
            self.twin.remove(unit)
        default:
            let restored = self.twin.removed.randomElement(using: &generator) ?? unit
            self.world.restore(restored, at: self.now)
            self.twin.restore(restored)
        }
    }

    func compare(_ step: String, using generator: inout SeededGenerator) throws {
        let unit = self.unit(using: &generator)
        let cohort = self.cohort(of: unit, using: &generator)
        try #require(self.world.state.isIn(unit, of: cohort) == self.twin.isIn(unit, cohort), "\(step): \(unit)")
        let stage = Int.random(in: 0..<self.world.spec.stages.count, using: &generator)
        let counts = try #require(self.world.state.counts(ofStage: stage, at: self.now))
        try #require(counts == self.twin.counts(stage, self.now), "\(step): stage \(stage)")
    }
}
