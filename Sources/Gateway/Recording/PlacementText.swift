import Arms
import HTTPWire
import ReleaseModel
import Signals

/// The member of an entry that says as what a request counts in the rollout that placed it; what is nothing is left
/// out. Whoever comes again mostly counts as before, so it is written once and kept.
struct PlacementText: Hashable {
    /// The member's bytes, with the comma before it.
    let text: WireText

    init(_ placement: LoggedPlacement) {
        var text = WireText(capacity: 224)
        text.literal(",\"placement\":{")
        if let account = placement.account {
            text.literal("\"account\":\"")
            text.text(account.description)
            text.literal("\",")
        }
        text.literal("\"application\":\"")
        text.text(placement.application.description)
        text.literal(placement.arm == .candidate ? "\",\"arm\":\"candidate" : "\",\"arm\":\"baseline")
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
        self.text = text
    }
}
