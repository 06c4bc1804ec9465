import AccessPolicy
import HTTPWire
import HashTreeCollections
import ReleaseModel
import Signals
import StageControl

// Which part of the public a request is from. Decided once, when it is admitted, and only where the plan asks.

extension RequestHead {
    /// What the application says in the header that the plan names; nil if it names none, or the header none of its
    /// parts.
    func part(by dimension: SignalLayout.Dimension) -> Name? {
        guard let header = dimension.header else { return nil }
        return self.fields.withOnlyValue(named: header.text) { dimension.part(named: $0) }
    }
}

extension Snapshot {
    /// What people decided of the caller: its organisation, its key's use, its grant's region. Nil where the plan goes
    /// by a header, and where what they decided leaves it open.
    func part(of admission: Admission, by dimension: SignalLayout.Dimension) -> Name? {
        guard dimension.header == nil else { return nil }
        let content = admission.grant.content
        return switch dimension.dimension {
        case .region: content.regions?.count == 1 ? content.regions?.first : nil
        case .use: self.registry.keys[admission.key]?.use ?? (content.uses?.count == 1 ? content.uses?.first : nil)
        case .organisation:
            self.registry.applications[admission.application]?.organisation
                .flatMap { self.registry.organisations[$0]?.name }
        case .language: nil  // nobody decides which language somebody speaks
        }
    }
}
