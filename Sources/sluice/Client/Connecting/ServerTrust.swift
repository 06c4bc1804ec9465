import NIOCore
import Upstreams

/// How a server that is spoken to over TLS proves who it is: by a certificate for its host, from an authority that is
/// believed. There is no way to leave that out.
struct ServerTrust: Sendable {
    private let tls: UpstreamTLS
    private let address: UpstreamAddress

    /// - Parameters:
    ///   - server: a server with `https`.
    ///   - authorities: a file of certificates in PEM that alone are believed; nil for those of the system.
    init(_ server: ServerAddress, authorities: String?) throws(CommandFault) {
        do throws(UpstreamAddressFault) {
            self.address = try UpstreamAddress(url: "\(server)")
        } catch {
            throw CommandFault(.usage, "the server '\(server)' is no address for TLS: \(error.message)")
        }
        do throws(UpstreamTLSFault) {
            self.tls = try UpstreamTLS(authorities: authorities)
        } catch {
            throw CommandFault(.usage, "\(authorities ?? "the system's list of authorities") \(error.message)")
        }
    }

    /// Lays TLS between the socket and what is added behind it, which hears of the connection once it is proven.
    func begin(in pipeline: ChannelPipeline.SynchronousOperations) throws {
        try self.tls.begin(to: self.address, in: pipeline)
    }
}
