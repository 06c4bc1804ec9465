public import NIOCore
import NIOSSL
import NIOTLS

extension UpstreamTLS {
    /// Lays TLS at the end of a client's pipeline. What is added behind it is told of a connection (`channelActive`)
    /// only when the server has proven to be the one at `address`, so it cannot say anything to another. A handshake
    /// that fails, or proves somebody else, is an error and the end.
    public func begin(
        to address: UpstreamAddress, in pipeline: ChannelPipeline.SynchronousOperations
    ) throws {
        try pipeline.addHandler(self.handler(to: address))
        try pipeline.addHandler(ProvenServer(self, address))
    }
}

/// Holds a connection back until its server has proven who it is.
private final class ProvenServer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let tls: UpstreamTLS
    private let address: UpstreamAddress

    init(_ tls: UpstreamTLS, _ address: UpstreamAddress) {
        (self.tls, self.address) = (tls, address)
    }

    func channelActive(context: ChannelHandlerContext) {
        // Told when the handshake is over.
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        guard self.tls.proves(self.address, try? context.pipeline.syncOperations.nioSSL_peerCertificate()) else {
            context.fireErrorCaught(
                UpstreamFault.tlsFailed("the certificate is not for the name that was asked for"))
            return context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
        context.fireChannelActive()
    }
}
