import ReleaseModel
import StageControl
import Store
import StrictJSON

/// What shows how blocks of exposure were used: the access log, which has every admission before its request goes
/// upstream.
struct ExposureWitness: Sendable {
    /// How many entries it has.
    var size: @Sendable () throws -> UInt64
    /// What it shows of a rollout's blocks behind so many entries; nil where it does not go back so far.
    var shown: @Sendable (RolloutID, UInt64) async throws -> Shown?

    /// What a part of it shows.
    struct Shown: Sendable {
        /// How many admissions name a block, by budget.
        var taken: [ExposureMeter: [ExposureLeaseID: Int]] = [:]
        /// How many name nothing.
        var unlogged = 0
    }
}

extension ExposureWitness {
    /// The access log, as requests are found in it.
    init(_ requests: RequestFinder) {
        self.init(
            size: { try requests.size() },
            shown: { rollout, behind in
                try Self.read(requests, rollout, behind)
            })
    }

    private static func read(
        _ requests: RequestFinder, _ rollout: RolloutID, _ behind: UInt64
    ) throws -> Shown? {
        var shown = Shown()
        let isWhole = try requests.admissions(behind: behind) { entry in
            guard let placement = entry["placement"] else {
                if entry["request"] == nil { shown.unlogged += 1 }
                return
            }
            guard placement["rollout"]?.stringValue == rollout.description else { return }
            for (meter, block) in entry["leases"]?.objectValue ?? [:] {
                guard let meter = ExposureMeter(meter), let block = block.stringValue.flatMap({ ExposureLeaseID($0) })
                else { continue }
                shown.taken[meter, default: [:]][block, default: 0] += 1
            }
        }
        return isWhole ? shown : nil
    }
}
