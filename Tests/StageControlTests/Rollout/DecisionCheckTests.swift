import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@Suite("A log of decisions, decided again")
struct DecisionCheckTests {
    /// A release with harm, a rollback, silence and people in it.
    private static func eventful() throws -> World {
        var world = try World.opened(at: 1)
        world.use(500, events: 1)
        try world.run(TimeSpan(20, .minute))
        try world.person(People.operatorOnly, .hold(reason: "a call"))
        try world.run(TimeSpan(10, .minute))
        try world.sign(.resume, People.first, People.third)
        world.blindSince = world.now
        try world.run(TimeSpan(30, .minute))
        world.blindSince = nil
        world.use(20_000, events: 200)
        try world.run(TimeSpan(10, .minute))
        return world
    }

    @Test("a log that nobody touched is decided again as it stands, through its text")
    func intact() throws {
        let world = try Self.eventful()
        let read = try world.log.map { entry in
            let text = try JSONValue(encoding: entry).canonical
            let again = try JSONValue(parsing: text).decoded(as: RolloutEntry.self)
            #expect(again == entry)
            #expect(try JSONValue(encoding: again).canonical == text)
            return again
        }
        #expect(DecisionCheck.differences(in: read, from: world.draft) == [])
        var check = DecisionCheck(world.draft)
        for entry in read { check.take(entry) }
        #expect(check.rollout == world.rollout && check.count == world.log.count)
    }

    @Test("every prefix leads to the same decisions, byte for byte")
    func prefixes() throws {
        let world = try Self.eventful()
        var rollout = world.draft
        for entry in world.log {
            if case .decision(let record) = entry.event {
                let step = try Rollout.step(rollout, record.inputs, recording: .everything)
                let again = try JSONValue(encoding: try #require(step.entries.first)).canonical
                #expect(try again == JSONValue(encoding: entry).canonical)
            }
            rollout.apply(entry)
        }
    }

    /// The numbers of a decision, and one damaged in each run.
    @Test("one damaged value in one entry is named")
    func damaged() throws {
        let world = try Self.eventful()
        var generator = SeededGenerator(seed: 11)
        var named = 0
        for place in world.log.indices where place.isMultiple(of: 3) {
            let document = try JSONValue(encoding: world.log[place])
            let leaves = document.places.filter { path in
                switch document.at(path.description) {
                case .integer, .double, .string: true
                default: false
                }
            }
            for _ in 0..<4 {
                let path = try #require(leaves.randomElement(using: &generator))
                guard let value = document.at(path.description), let damage = Self.damage(value) else { continue }
                guard
                    let entry = try? document.setting(path.description, to: damage).decoded(as: RolloutEntry.self),
                    entry != world.log[place]
                else { continue }
                // A reason for people is their own word, and so is the moment of a start, and what others said.
                if case .command = entry.event { continue }
                var log = world.log
                log[place] = entry
                let differences = DecisionCheck.differences(in: log, from: world.draft)
                #expect(differences.contains { $0.entry == place }, "\(path)")
                named += 1
                guard !path.description.contains(".inputs.") else { continue }
                let isNamed = differences.contains { $0.entry == place && path.description.hasPrefix($0.field) }
                #expect(isNamed, "\(path): \(differences)")
            }
        }
        #expect(named > 40)
    }

    private static func damage(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .integer(let whole): .integer(whole == 0 ? 1 : whole - 1)
        case .double(let number): .double(number * 1.001)
        case .string("pass"): "fail"
        case .string("undecided"): "pass"
        case .string(let text) where text.hasPrefix("sha256:"): .string("sha256:" + String(repeating: "a", count: 64))
        default: nil
        }
    }

    @Test("an opening that nobody signed for is named")
    func forged() throws {
        let world = try Self.eventful()
        let signature = try #require(
            world.log.firstIndex { entry in
                if case .command(.approve(let approve), _) = entry.event { approve.motion == .openPlan } else { false }
            })
        var log = world.log
        log.remove(at: signature)
        let differences = DecisionCheck.differences(in: log, from: world.draft)
        #expect(differences.contains { $0.expected == "rollout_wrong_phase" })
        log = world.log
        if case .command(let command, let roles) = log[signature].event {
            log[signature] = RolloutEntry(
                at: log[signature].at, by: .person(People.author), event: .command(command, roles: roles))
        }
        #expect(
            DecisionCheck.differences(in: log, from: world.draft).first
                == .init(entry: signature, field: "event", recorded: "an entry", expected: "rollout_own_work"))
    }

    @Test("entries of any kind never stop the check")
    func garbage() throws {
        let world = try Self.eventful()
        let numbers: [Int64] = [.min, -1, .max, 1 << 53]
        for (index, entry) in world.log.enumerated() where index.isMultiple(of: 5) {
            let document = try JSONValue(encoding: entry)
            for path in document.places where document.at(path.description)?.doubleValue != nil {
                for number in numbers.prefix(index.isMultiple(of: 2) ? 1 : 4) {
                    let damaged = document.setting(path.description, to: .integer(number))
                    guard let entry = try? damaged.decoded(as: RolloutEntry.self), entry != world.log[index] else {
                        continue
                    }
                    var rollout = world.draft
                    for entry in world.log[..<index] { rollout.apply(entry) }
                    rollout.apply(entry)
                    for entry in world.log[(index + 1)...].prefix(2) {
                        if case .decision(let record) = entry.event { _ = try? Rollout.step(rollout, record.inputs) }
                        rollout.apply(entry)
                    }
                }
            }
        }
    }
}
