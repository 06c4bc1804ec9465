/// Why no answer of the control API came, and what to do.
enum ClientFault: ExitStatusProviding, Hashable, CustomStringConvertible {
    /// Nobody listens at the address.
    case refused(ServerAddress)
    /// The host is not known or no way leads there.
    case unreachable(ServerAddress, reason: String)
    /// The server did not prove to be the one that was named.
    case unproven(ServerAddress, reason: String)
    /// No whole answer came in time.
    case timedOut(ServerAddress, seconds: Int64, isRepeatable: Bool)
    /// The connection ended before the answer did.
    case cut(ServerAddress, isRepeatable: Bool)
    /// What came is no answer of the control API.
    case foreignAnswer(ServerAddress, reason: String)

    var exitStatus: ExitStatus {
        switch self {
        case .refused, .unreachable, .unproven: .unhealthy
        case .timedOut: .timedOut
        case .cut, .foreignAnswer: .failure
        }
    }

    /// Whether the server may have done what was asked although nothing says so.
    var leavesOutcomeOpen: Bool {
        switch self {
        case .refused, .unreachable, .unproven: false
        case .timedOut, .cut, .foreignAnswer: true
        }
    }

    var description: String {
        switch self {
        case .refused(let server):
            """
            nobody listens at \(server). Start a server with 'sluice serve --data DIR', or name another with \
            --server or SLUICE_SERVER
            """
        case .unreachable(let server, let reason):
            "\(server) cannot be reached: \(reason). Name another server with --server or SLUICE_SERVER"
        case .unproven(let server, let reason):
            """
            \(server) did not prove who it is, so nothing was sent: \(reason). Name the authority of its certificate \
            with --ca-file or SLUICE_CA_FILE
            """
        case .timedOut(let server, let seconds, let isRepeatable):
            "\(server) gave no answer in \(seconds) s; \(Self.advice(isRepeatable))"
        case .cut(let server, let isRepeatable):
            "\(server) closed the connection before its answer ended; \(Self.advice(isRepeatable))"
        case .foreignAnswer(let server, let reason):
            "\(server) does not answer like Sluice's control API: \(reason). Is it the control port, 7081 by default?"
        }
    }

    private static func advice(_ isRepeatable: Bool) -> String {
        isRepeatable
            ? "whether a command took effect is not known: list what there is before giving it again"
            : "whether it took effect is not known: look before doing it again"
    }
}
