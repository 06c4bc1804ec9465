import ReleaseModel
import StageControl
import StrictJSON
import Testing

@Suite("Entries of a rollout as text")
struct CodingTests {
    @Test("every command reads back, and is called what it always was")
    func commands() throws {
        let approval = RolloutCommand.Approve(
            .openStage(2), plan: RolloutPlan.short.digest, evidence: RolloutPlan.short.digest, reason: "r")
        let unit = AudienceUnit(ApplicationID(bits: 4))
        let motions: [Motion] = [
            .openPlan, .openStage(3), .resume, .override, .supersede(RolloutID(bits: 3)), .restore(unit),
        ]
        let commands: [RolloutCommand] =
            [
                .submit, .approve(approval), .start(notBefore: Timestamp(milliseconds: 5)), .hold(reason: "h"),
                .stepBack(reason: "s"), .rollBack(reason: "b"), .abort(reason: "a"),
                .revise(RolloutPlan.short, reason: "r"),
                .dismiss(People.author, reason: "left"),
                .remove(unit, reason: "abuse"),
            ] + motions.map { .withdraw($0) }
        #expect(Set(commands.map(\.verb)) == Set(RolloutCommand.Verb.allCases))
        for command in commands {
            let entry = RolloutEntry(
                at: Timestamp(milliseconds: 1), by: .person(People.author), event: .command(command, roles: [.operator])
            )
            let text = try JSONValue(encoding: entry).canonical
            #expect(try JSONValue(parsing: text).decoded(as: RolloutEntry.self) == entry)
        }
        let text = try JSONValue(encoding: RolloutCommand.withdraw(.openStage(3))).canonicalText
        #expect(text == #"{"motion":{"kind":"open_stage","stage":3},"verb":"withdraw"}"#)
    }

    @Test("every cause, obstacle and move reads back under a name of its own")
    func records() throws {
        let name = Name.test("n")
        let holds: [HoldCause] = [
            .noData(metric: 1), .sourceError(metric: 1), .rule(metric: 1), .sampleRatio, .evidence(name),
            .companion(name), .exposureBudget, .stageTime, .progressDeadline, .clockJump,
        ]
        let obstacles: [Obstacle] = [
            .preparing, .held, .personHold, .bake, .rule(metric: 1), .unknown(metric: 1),
            .stratum(dimension: "region", part: name), .gate(name), .window, .drill, .coolDown, .notBefore, .approval,
            .errorBudget, .watch,
        ]
        let back = Transition.RollBack(stage: 1, reaction: .stepBack, metric: 0, rule: .drift, drain: 5)
        let moves: [Transition] = [.start, .advance(to: 3), .rollBack(back), .rolledBack, .restart, .complete]
        #expect(try JSONValue(encoding: holds).decoded(as: [HoldCause].self) == holds)
        #expect(try JSONValue(encoding: obstacles).decoded(as: [Obstacle].self) == obstacles)
        #expect(try JSONValue(encoding: moves).decoded(as: [Transition].self) == moves)
        let spec = RolloutPlan.short.plan.spec
        let sentences = holds.map { $0.sentence(in: spec) } + obstacles.map { $0.sentence(in: spec) }
        #expect(Set(sentences).count == sentences.count && sentences.allSatisfy { $0.hasSuffix(".") })
    }
}
