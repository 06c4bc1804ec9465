import AccessPolicy
import Arms
import ReleaseModel
import Signals
import StageControl
import Store
import StrictJSON

extension Answering {
    /// Makes a rollout of the plan in the body, and puts it before those who approve.
    func proposePlan(_ call: Call) async throws -> Answer {
        guard let actor = call.actor else { throw Problem.invalidKey }
        let body = try JSONValue(parsing: call.body).decoded(as: NewRollout.self)
        let plan = try ReleasePlan.read(PlanSource(body.plan))
        let seed = try body.seed.map { text in
            guard let commitment = plan.spec.bucketing.seedCommitment else {
                throw AccessPolicy.Refusal(
                    .invalidField, field: "seed", "the plan commits to no seed; name its SHA-256 in the plan")
            }
            do throws(SeedFault) {
                return try Seed(revealed: text, commitment: commitment)
            } catch {
                throw AccessPolicy.Refusal(.invalidField, field: "seed", "\(error)")
            }
        }
        return try .json(encoding: try await self.plane.propose(plan, seed: seed, by: actor), status: 201)
    }

    /// All rollouts, the newest first.
    func rollouts(_ call: Call) throws -> Answer {
        let model = call.query[.model]
        let pages = self.plane.rollouts.current.newestFirst.filter { page in
            model.map { page.rollout.spec.model.text == $0 } ?? true
        }
        return .json(["data": .array(try pages.map { try RolloutDocument.value(of: $0) })])
    }

    /// One rollout.
    func rollout(_ call: Call) throws -> Answer { .json(try RolloutDocument.value(of: try self.page(call))) }

    /// The plan of a rollout, with every default written out.
    func rolloutPlan(_ call: Call) throws -> Answer { .json(try self.page(call).rollout.plan.plan.document) }

    /// Does to a rollout what the body says.
    func commandRollout(_ call: Call) async throws -> Answer {
        guard let actor = call.actor else { throw Problem.invalidKey }
        let command = try call.decoded(as: RolloutCommand.self)
        let performed = try await self.plane.perform(command, on: try self.page(call).rollout.id, by: actor)
        return try .json(encoding: performed, status: 201)
    }

    /// Takes in what people or monitors say of a release; of applications only what they thought of an answer.
    func report(_ call: Call) async throws -> Answer {
        let report = try Report(reading: try JSONValue(parsing: call.body))
        var speaker: ApplicationID?
        if case .application(let application, _)? = call.caller {
            speaker = application.id
            guard case .feedback = report.content else {
                throw AccessPolicy.Refusal(
                    .notPermitted, field: "kind", "an application says what it thought of an answer: feedback")
            }
        }
        let isNew = try await self.takeReport(report, speaker)
        return .json(["id": .string(report.id.description), "is_new": .bool(isNew)], status: 202)
    }

    private func page(_ call: Call) throws(Problem) -> RolloutBook.Page {
        let page = RolloutID(call.argument).flatMap { self.plane.rollouts.current.pages[$0] }
        guard let page else { throw .notFound("rollout", field: "id") }
        return page
    }
}

/// A plan to be carried out, with the secret of its buckets if its author drew one.
private struct NewRollout: Decodable {
    var plan: JSONValue
    var seed: String?
}

/// A rollout as a document for people and their tools.
enum RolloutDocument {
    static func value(of page: RolloutBook.Page) throws -> JSONValue {
        let (rollout, summary) = (page.rollout, page.rollout.summary)
        let spec = rollout.spec
        var members: [String: JSONValue] = [
            "id": .string(rollout.id.description), "model": .string(spec.model.text),
            "candidate": .string(spec.candidate.text), "plan": .string(rollout.plan.digest.description),
            "evidence": .string(rollout.evidence.description), "drafted": .integer(page.drafted.milliseconds),
            "authors": .array(rollout.authors.map { .string($0.description) }),
            "phase": .string(rollout.phase.word), "sentence": .string(summary.sentence),
            "reasons": .array(summary.reasons.map { .string($0) }),
            "stages": .array(spec.stages.map { .string($0.name.text) }),
            "epoch": .integer(Int64(rollout.epoch)), "tick": .integer(Int64(rollout.tick)),
            "generation": .integer(Int64(rollout.enforcement.generation)),
            "openings": try JSONValue(encoding: rollout.enforcement.openings),
            "ran": .integer(rollout.ran), "bands": try JSONValue(encoding: summary.bands),
            "limits": .array(summary.limits.map { .string($0.description) }),
            "overridden": .array(summary.overridden.map { .string($0.text) }),
            "ballots": try JSONValue(encoding: rollout.ballots),
            "automatic_rollbacks": .integer(Int64(rollout.automaticRollbacks)),
            "advance_budget_left": .double(summary.advanceBudgetLeft),
            "alarm_budget_left": .double(summary.alarmBudgetLeft),
            "seed_commitment": .string(page.seedCommitment.description),
        ]
        members["baseline"] = spec.baseline.map { .string($0.text) }
        members["stage"] = rollout.stage.map { .integer(Int64($0)) }
        members["stage_opened"] = rollout.stage.map { _ in .integer(rollout.stageOpened.milliseconds) }
        members["held_by"] = rollout.heldBy.map { .string($0.description) }
        members["seed"] = page.seed.map { .string($0) }
        return .object(members)
    }
}

extension RolloutPhase {
    /// The phase in one word that is never renamed.
    var word: String {
        switch self {
        case .draft: "draft"
        case .inReview: "in_review"
        case .approved: "approved"
        case .scheduled: "scheduled"
        case .active(_, let activity): activity.word
        case .paused: "paused"
        case .watching: "watching"
        case .rollingBack: "rolling_back"
        case .rolledBack: "rolled_back"
        case .completed: "completed"
        case .aborted: "aborted"
        case .superseded: "superseded"
        }
    }
}

extension StageActivity {
    fileprivate var word: String {
        switch self {
        case .preparing: "preparing"
        case .baking: "baking"
        case .undecided: "undecided"
        case .ready: "ready"
        case .awaitingApproval: "awaiting_approval"
        case .held: "held"
        }
    }
}
