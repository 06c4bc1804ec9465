import Arms
import HTTPWire
import ReleaseModel
import Signals

/// The member of an entry that says as what a request counts in the rollout that placed it; what is nothing is left
/// out.
///
/// All but the end user is alike for whoever is placed alike: it is written once, and at hand for each of them.
struct PlacementText: Hashable {
    private let account: AccountTag?
    /// The members behind the account.
    private let rest: WireText

    /// With what ``rest(of:)`` says of a placement that differs in nothing but the account.
    init(account: AccountTag?, rest: WireText) {
        self.account = account
        self.rest = rest
    }

    /// Writes the member, with the comma before it.
    func write(to entry: inout WireText) {
        entry.literal(",\"placement\":{")
        if let account = self.account {
            entry.literal("\"account\":\"")
            entry.hexadecimal(account.bits)
            entry.literal("\",")
        }
        entry.append(self.rest)
    }

    /// What stands behind the account.
    static func rest(of placement: LoggedPlacement) -> WireText {
        var text = WireText(capacity: 192)
        text.literal(placement.arm == .candidate ? "\"arm\":\"candidate" : "\"arm\":\"baseline")
        text.literal("\",\"epoch\":")
        text.decimal(placement.epoch)
        text.literal(",\"rollout\":\"")
        text.text(placement.rollout.description)
        text.literal(placement.isSettling ? "\",\"settling\":true,\"share\":" : "\",\"share\":")
        text.decimal(placement.share)
        text.literal(",\"stage\":")
        text.decimal(placement.stage)
        if placement.stratum != 0 {
            text.literal(",\"stratum\":")
            text.decimal(placement.stratum)
        }
        text.literal("}")
        return text
    }
}
