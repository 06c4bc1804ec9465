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
        return try await self.once(call, by: actor) {
            try .json(encoding: try await self.plane.propose(plan, seed: seed, by: actor), status: 201)
        }
    }

    /// All rollouts, the newest first.
    func rollouts(_ call: Call) throws -> Answer {
        let model = call.query[.model]
        let pages = self.plane.rollouts.current.newestFirst.filter { page in
            model.map { page.rollout.spec.model.text == $0 } ?? true
        }
        return .json(["data": .array(try pages.map { try RolloutDocument.value(of: $0) })])
    }

    /// One rollout, with the level that its candidate has by now and had, and what its caps have come to.
    func rollout(_ call: Call) async throws -> Answer {
        let page = try self.page(call)
        var members = try RolloutDocument.value(of: page).objectValue ?? [:]
        if let candidate = call.registry.version(named: page.rollout.spec.candidate) {
            let levels = LevelDocument.members(
                of: candidate, in: call.registry, self.plane.rollouts.current, at: call.now, history: true)
            members.merge(levels) { own, _ in own }
        }
        let rollout = page.rollout
        members["places"] = CapsDocument.places(of: rollout, at: call.now)
        members["removed"] = .array(rollout.admissions.removedUnits.map { .string($0.description) })
        if !rollout.exposureTerms(at: call.now).isEmpty {
            let leases = try ExposureLeases.stored(try await self.store.exposure.read(rollout.id))
            members["exposure"] = CapsDocument.exposure(rollout.exposure(leases, at: call.now), in: rollout.spec)
        }
        let draws = self.plane.draws.current[page.rollout.id] ?? []
        if !draws.isEmpty { members["draws"] = try JSONValue(encoding: draws) }
        return .json(.object(members))
    }

    /// The plan of a rollout, with every default written out.
    func rolloutPlan(_ call: Call) throws -> Answer { .json(try self.page(call).rollout.plan.plan.document) }

    /// Does to a rollout what the body says.
    func commandRollout(_ call: Call) async throws -> Answer {
        guard let actor = call.actor else { throw Problem.invalidKey }
        let command = try call.decoded(as: RolloutCommand.self)
        let page = try self.page(call)
        if try call.query.flag(.dryRun) {
            let after = try await self.plane.dryRun(command, on: page.rollout.id, by: actor)
            return .json(["before": try RolloutDocument.value(of: page), "after": try RolloutDocument.value(of: after)])
        }
        return try await self.once(call, by: actor) {
            try .json(encoding: try await self.plane.perform(command, on: page.rollout.id, by: actor), status: 201)
        }
    }

    /// Rehearses a rollback.
    func rehearse(_ call: Call) async throws -> Answer {
        guard let actor = call.actor else { throw Problem.invalidKey }
        return try await self.once(call, by: actor) { try .json(encoding: try await self.drill(), status: 201) }
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
