import AccessPolicy
import ReleaseModel
import StageControl
import StrictJSON

extension Answering {
    /// Takes in that a control beside a release is up.
    ///
    /// A service key says so of the one control that it was issued for: its declared use. So no application vouches
    /// for another's filter.
    func heartbeat(_ call: Call) async throws -> Answer {
        let heartbeat = try call.decoded(as: Heartbeat.self)
        if case .application(_, let key)? = call.caller, key.use != heartbeat.control {
            throw AccessPolicy.Refusal(
                .notPermitted, field: "control",
                "a service key says of one control that it is up: of the one that it names as its use"
                    + (key.use.map { ", which is \($0)" } ?? ""))
        }
        guard let rollout = RolloutID(call.argument) else { throw Problem.notFound("rollout", field: "id") }
        let isNew = try await self.takeHeartbeat(heartbeat, rollout)
        return .json([
            "control": .string(heartbeat.control.text), "at": .integer(heartbeat.at.milliseconds),
            "is_new": .bool(isNew),
        ])
    }
}
