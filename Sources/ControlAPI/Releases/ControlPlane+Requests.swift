import AccessPolicy
import HashTreeCollections
public import ReleaseModel
import Signals
public import Store
import StrictJSON

extension ControlPlane {
    /// Whose a request is, by the entry of its admission: its key's owner, or its grant's subject; nil where neither is
    /// known. Older entries of requests that a rollout placed say it themselves.
    public nonisolated func application(of request: LoggedEntry) -> ApplicationID? {
        self.rules.current.registry.application(of: request.document)
    }

    /// Whether a request is an application's own, by the entry of its admission.
    public nonisolated func isOwn(_ request: LoggedEntry, of application: ApplicationID) -> Bool {
        self.application(of: request) == application
    }
}

extension Registry {
    /// Whose a request is, by the entry of its admission; nil where nothing in it is known.
    func application(of entry: JSONValue) -> ApplicationID? {
        if let said = entry["placement"]?["application"]?.stringValue { return ApplicationID(said) }
        if let key = entry["key"]?.stringValue.flatMap({ KeyID($0.utf8) }), let owner = self.keys[key]?.owner {
            guard case .application(let application) = owner else { return nil }
            return application
        }
        let grant = entry["grant"]?.stringValue.flatMap { GrantID($0) }.flatMap { self.grants[$0] }
        guard case .application(let application)? = grant?.content.subject else { return nil }
        return application
    }
}
