import AccessPolicy
import Crypto
import ReleaseModel
import Store
import StrictJSON

extension Answering {
    /// Gives a command. With an `Idempotency-Key` the command is given once, however often it is sent.
    func command(_ call: Call) async throws -> Answer {
        let command = try call.decoded(as: Command.self)
        guard let actor = call.actor else { throw Problem.invalidKey }
        if try call.query.flag(.dryRun) {
            return try .json(encoding: try await self.plane.dryRun(command, by: actor))
        }
        return try await self.once(call, by: actor) { try await self.performed(command, by: actor) }
    }

    /// Does what a call asks for, and with an `Idempotency-Key` only once, however often it is sent.
    ///
    /// What the path names belongs to the request: the same body for another thing is another request.
    func once(
        _ call: Call, by actor: ReleaseModel.Actor, _ perform: () async throws -> Answer
    ) async throws -> Answer {
        guard let key = call.idempotencyKey else { return try await perform() }
        let request = call.argument.isEmpty ? call.body : Array("\(call.argument)\n".utf8) + call.body
        guard let digest = ContentDigest(bytes: SHA256.hash(data: request)) else { throw Problem.invalidKey }
        let scope = IdempotencyScope(principal: actor.description, route: call.endpoint.operation.id, key: key)
        switch try await self.store.idempotency.begin(scope, body: digest, at: call.now) {
        case .first: return try await self.kept(scope, perform)
        case .running: throw Problem.idempotencyRunning
        case .differs: throw Problem.idempotencyDiffers
        case .finished(let answer):
            let isProblem = answer.status >= 400
            return Answer(
                status: answer.status, mediaType: isProblem ? Problem.mediaType : "application/json",
                body: Array(answer.body.utf8), isReplayed: true)
        }
    }

    private func performed(_ command: Command, by actor: ReleaseModel.Actor) async throws -> Answer {
        let performed = try await self.plane.perform(command, by: actor)
        return try .json(encoding: performed, status: performed.proposal == nil ? 201 : 202)
    }

    /// Performs, and keeps the answer if anything may have happened.
    ///
    /// A refusal, and a fault by which nothing was recorded, gives the key back, so that the request can be sent again
    /// once its cause is gone. Any other failure is kept and given again: whether the command took effect is not known
    /// then, and to decide it twice would be worse than to say so twice.
    private func kept(_ scope: IdempotencyScope, _ perform: () async throws -> Answer) async throws -> Answer {
        let answer: Answer
        do {
            answer = try await perform()
        } catch {
            let problem = Problem(error)
            if problem.code == "internal_error" {
                let body = problem.document(requestID: "").canonicalText
                try await self.store.idempotency.finish(scope, with: KeptAnswer(status: problem.status, body: body))
            } else {
                try await self.store.idempotency.release(scope)
            }
            throw error
        }
        let kept = KeptAnswer(status: answer.status, body: String(decoding: answer.body, as: UTF8.self))
        try await self.store.idempotency.finish(scope, with: kept)
        return answer
    }
}
