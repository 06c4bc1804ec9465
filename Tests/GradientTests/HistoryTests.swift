import Gradient
import ReleaseModel
import SluiceTesting
import Testing

@Suite("A history of levels")
struct HistoryTests {
    @Test("agrees with the rule as it is told, on every day", arguments: seeds(300))
    func rule(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let facts = Release.random(using: &generator).facts
        let gradient = Gradient(facts: facts)
        for number in -1...32 as ClosedRange<Int64> {
            let expected = facts.obviousLevel(at: day(number))
            try #require(gradient.level(at: day(number)) == expected, "day \(number)")
            try #require(gradient.history(until: day(number)).last?.to ?? .fullyClosed == expected, "day \(number)")
        }
    }

    @Test("is a chain, each change with its cause, and constant in between", arguments: seeds(300))
    func chain(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let gradient = Gradient(facts: Release.random(using: &generator).facts)
        let history = gradient.history(until: day(100))
        #expect(history.last?.to ?? .fullyClosed == gradient.level(at: day(100)))
        var (level, since) = (Level.fullyClosed, day(-10))
        for change in history {
            try #require(change.from == level && change.to != level && change.at > since)
            try #require(!change.because.isEmpty && change.because == change.because.sorted())
            for _ in 0..<5 {
                let moment = Int64.random(in: since.milliseconds..<change.at.milliseconds, using: &generator)
                try #require(gradient.level(at: Timestamp(milliseconds: moment)) == level)
            }
            try #require(gradient.level(at: change.at) == change.to)
            (level, since) = (change.to, change.at)
        }
    }

    @Test("up to an earlier day is the beginning of the later one", arguments: seeds(100))
    func prefix(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let release = Release.random(using: &generator)
        let whole = release.history()
        for number in 0...32 as ClosedRange<Int64> {
            #expect(release.history(until: number) == whole.filter { $0.at <= day(number) })
        }
    }

    @Test("does not depend on the order of the facts", arguments: seeds(100))
    func shuffled(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let release = Release.random(using: &generator)
        var other = release
        other.facts.versions.shuffle(using: &generator)
        other.facts.components.shuffle(using: &generator)
        other.facts.grants.shuffle(using: &generator)
        other.facts.enrolment.shuffle(using: &generator)
        other.facts.stagings.shuffle(using: &generator)
        #expect(other.history() == release.history())
        let (one, two) = (Gradient(facts: release.facts), Gradient(facts: other.facts))
        for number in 0...32 as ClosedRange<Int64> {
            #expect(one.reasons(at: day(number)) == two.reasons(at: day(number)))
        }
    }

    @Test("without one of the grants is nowhere more open", arguments: seeds(150))
    func removal(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let facts = Release.random(using: &generator).facts
        let gradient = Gradient(facts: facts)
        for index in facts.grants.indices {
            var fewer = facts
            fewer.grants.remove(at: index)
            let less = Gradient(facts: fewer)
            for number in 0...32 as ClosedRange<Int64> {
                try #require(less.level(at: day(number)) <= gradient.level(at: day(number)))
            }
        }
    }

    @Test("has reasons without which the level would be lower", arguments: seeds(150))
    func reasons(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let facts = Release.random(using: &generator).facts
        let gradient = Gradient(facts: facts)
        for number in 0...32 as ClosedRange<Int64> {
            let (level, reasons) = (gradient.level(at: day(number)), gradient.reasons(at: day(number)))
            try #require(reasons.isEmpty == (level == .fullyClosed))
            guard level > .fullyClosed else { continue }
            let without = Gradient(facts: facts.without(reasons))
            try #require(without.level(at: day(number)) < level, "day \(number): \(reasons)")
        }
    }
}

extension ReleaseFacts {
    /// The facts without those that reasons name.
    fileprivate func without(_ reasons: [Reason]) -> ReleaseFacts {
        var facts = self
        for reason in reasons {
            switch reason {
            case .grant(let id), .copies(let id): facts.grants.removeAll { $0.id == id }
            case .component(let id): facts.components.removeAll { $0.component.id == id }
            case .openScience(let id): facts.components.removeAll { $0.component.version == id }
            case .stage(let id, _): facts.stagings.removeAll { $0.rollout == id }
            case .enrolment, .withheld: break
            }
        }
        return facts
    }
}

@Suite("A change of level")
struct ChangeTests {
    @Test("comes by the passing of time, when a grant opens and when it expires")
    func grant() {
        var release = Release()
        let grant = release.grant([.api], to: .trusted, issued: 1, opens: 3, expires: 9)
        #expect(
            release.history() == [
                LevelChange(at: day(3), from: .fullyClosed, to: .gradual, because: [.grant(grant)]),
                LevelChange(at: day(9), from: .gradual, to: .fullyClosed, because: [.grant(grant)]),
            ])
        #expect(release.history(until: 8).count == 1)
    }

    @Test("comes with a rollout's first stage that reaches somebody outside, not with the next, and goes with the last")
    func stages() {
        var release = Release()
        let grant = release.grant([.api], to: .trusted, versions: nil, issued: 1, revoked: 20)
        let staff = release.grant([.api], to: .internal, versions: nil, issued: 1)
        release.stage(staff, "staff", from: 2, until: 4)
        release.stage(grant, "canary", from: 4, until: 6)
        release.stage(grant, "half", from: 6, until: 9)
        release.stage(grant, "again", from: 12, until: nil)
        let id = RolloutID(bits: 1)
        func stage(_ name: String) -> Reason { .stage(id, Name(exactly: name)) }
        #expect(
            release.history() == [
                LevelChange(at: day(4), from: .fullyClosed, to: .gradual, because: [stage("canary")]),
                LevelChange(at: day(9), from: .gradual, to: .fullyClosed, because: [stage("half")]),
                LevelChange(at: day(12), from: .fullyClosed, to: .gradual, because: [stage("again")]),
                LevelChange(at: day(20), from: .gradual, to: .fullyClosed, because: [.grant(grant)]),
            ])
        #expect(Gradient(facts: release.facts).reasons(at: day(7)) == [.grant(grant), stage("half")])
    }

    @Test("comes when a component's day is there")
    func component() {
        var release = Release()
        let weights = release.component(.modelParametersFinal, to: .public, registered: 2, availableFrom: 7)
        #expect(
            release.history() == [
                LevelChange(at: day(7), from: .fullyClosed, to: .downloadable, because: [.component(weights)])
            ])
    }

    @Test("does not come before the component is recorded, whatever day it names")
    func backdated() {
        var release = Release()
        release.component(.modelParametersFinal, to: .public, registered: 5, availableFrom: 2)
        #expect(release.history().map(\.at) == [day(5)])
    }

    @Test("names who opened the door and who shut it")
    func enrolment() {
        var release = Release()
        let grant = release.grant([.api], to: .everyone, issued: 2, revoked: 20)
        release.enrolment(.open, from: 4)
        release.enrolment(.capped(places: 100), from: 8)
        release.enrolment(.open, from: 12)
        #expect(
            release.history() == [
                LevelChange(at: day(2), from: .fullyClosed, to: .gradual, because: [.grant(grant)]),
                LevelChange(at: day(4), from: .gradual, to: .cloudAPI, because: [.enrolment(.open)]),
                LevelChange(
                    at: day(8), from: .cloudAPI, to: .gradual, because: [.enrolment(.capped(places: 100))]),
                LevelChange(at: day(12), from: .gradual, to: .cloudAPI, because: [.enrolment(.open)]),
                LevelChange(at: day(20), from: .cloudAPI, to: .fullyClosed, because: [.grant(grant)]),
            ])
        let gradient = Gradient(facts: release.facts)
        #expect(gradient.reasons(at: day(5)) == [.grant(grant), .enrolment(.open)])
    }

    @Test("names only what moved the level, not what happened at the same moment or would have happened later")
    func causes() {
        var release = Release()
        let grant = release.grant([.hosted], to: .everyone, issued: 2, expires: 8)
        release.grant([.hosted], to: .cohort, issued: 4, expires: 8)
        release.enrolment(.open, from: 4)
        release.enrolment(.open, from: 8)
        let last = release.grant([.hosted], to: .everyone, issued: 12, revoked: 15)
        release.enrolment(.closed, from: 20)
        #expect(
            release.history().map(\.because) == [
                [.grant(grant)], [.enrolment(.open)], [.grant(grant), .grant(GrantID(bits: 2))], [.grant(last)],
                [.grant(last)],
            ])
    }

    @Test("does not come when one grant takes another's place at the same moment")
    func handover() {
        var release = Release()
        release.grant([.api], to: .cohort, expires: 5)
        release.grant([.api], to: .trusted, opens: 5)
        #expect(release.history().map(\.to) == [.gradual])
    }

    @Test("does not come when weights are taken back, and the reason says why")
    func copies() {
        var release = Release()
        let grant = release.grant([.weights, .api], to: .cohort, issued: 1, revoked: 6)
        #expect(release.history().map(\.to) == [.downloadable])
        let gradient = Gradient(facts: release.facts)
        #expect(gradient.reasons(at: day(5)) == [.grant(grant)])
        #expect(gradient.reasons(at: day(6)) == [.copies(grant)])
    }

    @Test("to fully open comes with the last of the components")
    func openScience() {
        var release = Release()
        let last = ModelOpennessClass.openScience.required.subtracting([.datasets])
        release.components(last, to: .public, registered: 3)
        release.component(.datasets, to: .public, availableFrom: 9)
        #expect(release.history().map(\.to) == [.downloadable, .fullyOpen])
        #expect(release.history().last?.at == day(9))
        #expect(release.history().last?.because == [.openScience(VersionID(bits: 1))])
    }
}
