public import Arms
public import ReleaseModel
public import StrictJSON

/// As what a request counts in a rollout, as the entry of its admission says it.
///
/// Entries of requests that no rollout placed say nothing of the kind. The application stands in no entry: it follows
/// from the key and the grant that do.
public struct LoggedPlacement: Hashable, Sendable {
    /// The rollout that placed the request.
    public var rollout: RolloutID
    /// The epoch of evidence.
    public var epoch: Int
    /// The stage, as a place in the plan.
    public var stage: Int
    /// The candidate's share of the caller's cohort, in millionths.
    public var share: Int
    /// The side that served it.
    public var arm: Arm
    /// Whether it counts for no rate, since the stage had opened only then.
    public var isSettling: Bool
    /// The parts of the public that it is in.
    public var stratum: Int
    /// The end user; nil if the request named none.
    public var account: AccountTag?

    /// The placement of a request that counts under a key.
    public init(_ key: SignalKey, in rollout: RolloutID) {
        self.rollout = rollout
        (self.epoch, self.stage, self.share, self.arm) = (key.epoch, key.stage, key.share, key.arm)
        (self.isSettling, self.stratum) = (key.isSettling, key.stratum)
        self.account = key.account
    }

    /// What an entry's member `placement` says; nil if it cannot be.
    public init?(_ document: JSONValue) {
        func count(_ name: String, in range: ClosedRange<Int64>) -> Int? {
            document[name]?.integerValue.flatMap { range.contains($0) ? Int($0) : nil }
        }
        let counts = 0...Int64(SignalLimits.count)
        guard let rollout = document["rollout"]?.stringValue.flatMap({ RolloutID($0) }),
            let epoch = count("epoch", in: counts), let stage = count("stage", in: counts),
            let share = count("share", in: 0...1_000_000),
            let arm = document["arm"]?.stringValue.flatMap({ Arm(rawValue: $0) })
        else { return nil }
        (self.rollout, self.epoch, self.stage, self.share, self.arm) = (rollout, epoch, stage, share, arm)
        self.isSettling = document["settling"]?.boolValue ?? false
        self.stratum = count("stratum", in: counts) ?? 0
        self.account = document["account"]?.stringValue.flatMap { AccountTag($0) }
        guard (self.account == nil) == (document["account"] == nil) else { return nil }
    }

    /// The document; what is nothing is left out of it.
    public var document: JSONValue {
        var members: [String: JSONValue] = [
            "rollout": .string(self.rollout.description), "epoch": .integer(Int64(self.epoch)),
            "stage": .integer(Int64(self.stage)), "share": .integer(Int64(self.share)),
            "arm": .string(self.arm.rawValue),
        ]
        if self.isSettling { members["settling"] = true }
        if self.stratum != 0 { members["stratum"] = .integer(Int64(self.stratum)) }
        members["account"] = self.account.map { .string($0.description) }
        return .object(members)
    }

    /// An application's request of this placement, as it counts under a plan's layout.
    public func exposed(
        _ request: RequestID, of application: ApplicationID, at admitted: Timestamp, in layout: SignalLayout
    ) -> ExposedRequest {
        let key = SignalKey(
            epoch: self.epoch, stage: self.stage, share: self.share, arm: self.arm, isSettling: self.isSettling,
            stratum: self.stratum, application: application, account: self.account,
            slot: layout.slot(of: admitted))
        return ExposedRequest(request: request, key: key, admitted: admitted)
    }
}
