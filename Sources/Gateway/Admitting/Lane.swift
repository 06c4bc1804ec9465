import AccessPolicy
import Arms
import ChatWire
import HTTPWire
import ReleaseModel
import Telemetry
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
    let upstreamModel: UpstreamModel
    /// `nil` if the configuration does not name the version's upstream.
    let upstream: UpstreamGroup?
    /// What requests begin with, by call and endpoint; written with the secret of one generation.
    private var starts: [(call: ModelCall, endpoint: Int, text: WireText)] = []
    private var generation = 0
    /// As many as requests of one grant come from at one time; each rollout and stage has others.
    private var series = Recent<Corner, GenAISeries>(most: 16)

    /// What decides on a request's series beside its lane.
    struct Corner: Equatable {
        var call: ModelCall
        var name: Name
        var rollout: RolloutID?
        var stage: Int
        var arm: Arm?
    }

    init(_ admission: Admission, worker: Worker) {
        self.place = Place(grant: admission.grantID, version: admission.versionID)
        self.limiter = worker.shared.limiters.limiter(of: admission.grant, at: worker.uptime())
        self.grant = admission.grantID.description
        self.version = admission.versionID.description
        self.upstreamModel = UpstreamModel(admission.version.upstreamModel)
        self.upstream = worker.upstream(admission.version.upstream)
    }

    /// The series of requests from one corner; `make` is asked where it is not known.
    func series(_ corner: Corner, _ make: () -> GenAISeries) -> GenAISeries {
        self.series.value(of: corner, make)
    }

    /// What every request of a call to one endpoint begins with.
    func startOfRequest(_ call: ModelCall, to endpoint: Int, of upstream: Upstream) -> WireText {
        let generation = upstream.credential.generation
        if generation != self.generation {
            self.starts.removeAll()
            self.generation = generation
        }
        if let start = self.starts.first(where: { $0.call == call && $0.endpoint == endpoint }) { return start.text }
        var text = WireText()
        HeadWriter.request(
            .post, target: "\(upstream.endpoints[endpoint].address.basePath)\(call.path)", to: &text)
        HeadWriter.field("content-type", "application/json", to: &text)
        Self.fields(of: upstream, at: endpoint, to: &text)
        self.starts.append((call, endpoint, text))
        return text
    }

    /// The fields of every request to an endpoint of an upstream.
    static func fields(of upstream: Upstream, at endpoint: Int, to text: inout WireText) {
        HeadWriter.field("host", upstream.endpoints[endpoint].address.authority, to: &text)
        HeadWriter.field("accept", "application/json, text/event-stream", to: &text)
        // Answers are metered on their way, so they come as they are.
        HeadWriter.field("accept-encoding", "identity", to: &text)
        upstream.credential.current?.write(to: &text)
    }
}
