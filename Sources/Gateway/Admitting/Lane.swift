import AccessPolicy
import ChatWire
import HTTPWire
import ReleaseModel
import Upstreams

/// What all requests of one grant to one version need on one event loop, looked up and written once: neither of the two
/// ever changes.
final class Lane {
    /// Whose lane it is.
    struct Place: Hashable {
        var grant: GrantID
        var version: VersionID
    }

    let place: Place
    let limiter: Limiter
    /// The grant's identifier as entries have it.
    let grant: String
    /// The version's identifier as entries have it.
    let version: String
    /// What the upstream calls the version.
    let upstreamModel: String
    /// `nil` if the configuration does not name the version's upstream.
    let pool: UpstreamPool?
    private var starts: [(call: ModelCall, text: WireText)] = []

    init(_ admission: Admission, worker: Worker) {
        self.place = Place(grant: admission.grant.id, version: admission.version.id)
        self.limiter = worker.shared.limiters.limiter(of: admission.grant, at: worker.uptime())
        self.grant = admission.grant.id.description
        self.version = admission.version.id.description
        self.upstreamModel = admission.version.upstreamModel
        self.pool = worker.pool(admission.version.upstream)
    }

    /// What every request of a call begins with.
    func startOfRequest(_ call: ModelCall, to upstream: Upstream) -> WireText {
        if let start = self.starts.first(where: { $0.call == call }) { return start.text }
        var text = WireText()
        HeadWriter.request(.post, target: "\(upstream.address.basePath)\(call.path)", to: &text)
        HeadWriter.field("content-type", "application/json", to: &text)
        Self.fields(of: upstream, to: &text)
        self.starts.append((call, text))
        return text
    }

    /// The fields of every request to an upstream.
    static func fields(of upstream: Upstream, to text: inout WireText) {
        HeadWriter.field("host", upstream.address.authority, to: &text)
        HeadWriter.field("accept", "application/json, text/event-stream", to: &text)
        // Answers are metered on their way, so they come as they are.
        HeadWriter.field("accept-encoding", "identity", to: &text)
        upstream.authorization?.write(to: &text)
    }
}
