/// Where the control plane listens, and how much it takes.
public struct ControlOptions: Hashable, Sendable {
    /// The address to listen on.
    public var host: String
    /// The port; 0 takes any that is free.
    public var port: Int
    /// How long a connection may be silent, in seconds.
    public var idleTimeoutSeconds = 60
    /// The largest body that is read, in bytes.
    public var maximumBodyBytes = 256 * 1024
    /// The most connections at the same time; further ones wait in the kernel.
    public var maximumConnections = 1_024
    /// How often the access log's head is put into the control log, in seconds.
    public var accessCheckpointSeconds = 60

    /// Options with the documented defaults.
    public init(host: String = "127.0.0.1", port: Int = 7081) {
        self.host = host
        self.port = port
    }
}
