import AccessPolicy
import HashTreeCollections
public import ReleaseModel
import Signals
public import Store
import StrictJSON

extension ControlPlane {
    /// Whether a request is an application's own, by the entry of its admission: it was placed as the application's, or
    /// let in by a key or a grant of it that is known by now.
    public nonisolated func isOwn(_ request: LoggedEntry, of application: ApplicationID) -> Bool {
        let entry = request.document
        if let placement = entry["placement"].flatMap({ LoggedPlacement($0) }) {
            return placement.application == application
        }
        let registry = self.rules.current.registry
        if let key = entry["key"]?.stringValue.flatMap({ KeyID($0.utf8) }), let owner = registry.keys[key]?.owner {
            return owner == .application(application)
        }
        let grant = entry["grant"]?.stringValue.flatMap { GrantID($0) }.flatMap { registry.grants[$0] }
        return grant?.content.subject == .application(application)
    }
}
