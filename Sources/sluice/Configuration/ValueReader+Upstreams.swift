import NIOCore
import ReleaseModel
import Upstreams

extension ValueReader {
    /// The upstream of a name, or nil after a fault.
    mutating func upstream(
        _ name: String, environment: [String: String], read: (String) throws -> String
    ) -> Upstream? {
        let prefix = "upstreams.\(name)."
        guard let upstreamName = Name(name) else {
            self.note("upstreams.\(name)", "an upstream's name is \(Name.rule)")
            return nil
        }
        let timeouts = UpstreamTimeouts(
            connect: .milliseconds(self.milliseconds(prefix + "connect-timeout")),
            firstByte: .milliseconds(self.milliseconds(prefix + "first-byte-timeout")),
            betweenBytes: .milliseconds(self.milliseconds(prefix + "between-bytes-timeout")),
            total: .milliseconds(self.milliseconds(prefix + "total-timeout")))
        let endpoints = self.endpoints(of: name)
        let credential = self.credential(at: prefix, of: .upstream(name), environment: environment, read: read)
        let connections = self.integer(prefix + "maximum-connections")
        let allowsLocal = self.flag(prefix + "allow-local-addresses")
        let tls = self.tls(at: prefix, isUsed: endpoints.contains { $0.address.scheme == .https })
        guard !endpoints.isEmpty, tls != nil || endpoints.allSatisfy({ $0.address.scheme == .http }) else { return nil }
        return Upstream(
            name: upstreamName.text, endpoints: endpoints, timeouts: timeouts,
            maximumConnectionsPerLoop: connections, credential: credential, tls: tls,
            allowsLocalAddresses: allowsLocal)
    }

    /// The endpoints: the one that `url` names, or those under `endpoints`; none after a fault.
    private mutating func endpoints(of name: String) -> [UpstreamEndpoint] {
        let prefix = "upstreams.\(name)."
        let names = self.values.names(in: prefix + "endpoints")
        guard let url = self.optionalText(prefix + "url") else {
            if names.isEmpty {
                self.note(
                    prefix + "url", "is missing; say where the inference server listens, such as http://127.0.0.1:8000")
            }
            if names.count > UpstreamEndpoint.most {
                self.note(prefix + "endpoints", "are more than \(UpstreamEndpoint.most)")
                return []
            }
            return names.compactMap { self.endpoint($0, of: name) }
        }
        guard names.isEmpty else {
            self.note(prefix + "url", "stands beside endpoints; write it as one of them")
            return []
        }
        return self.address(prefix + "url", url).map { [UpstreamEndpoint(name: name, address: $0)] } ?? []
    }

    private mutating func endpoint(_ endpoint: String, of name: String) -> UpstreamEndpoint? {
        let prefix = "upstreams.\(name).endpoints.\(endpoint)"
        guard Name(endpoint) != nil else {
            self.note(prefix, "an endpoint's name is \(Name.rule)")
            return nil
        }
        guard let url = self.optionalText(prefix + ".url") else {
            self.note(prefix + ".url", "is missing; say where the endpoint listens, such as http://10.0.0.5:8000")
            return nil
        }
        let weight = self.integer(prefix + ".weight")
        return self.address(prefix + ".url", url).map {
            UpstreamEndpoint(name: endpoint, address: $0, weight: weight)
        }
    }

    mutating func address(_ path: String, _ url: String) -> UpstreamAddress? {
        do throws(UpstreamAddressFault) {
            return try UpstreamAddress(url: url)
        } catch {
            self.note(path, error.message)
            return nil
        }
    }

    mutating func tls(at prefix: String, isUsed: Bool) -> UpstreamTLS? {
        let (authorities, server) = (
            self.optionalPath(prefix + "ca-file"), self.optionalText(prefix + "server-name")
        )
        guard isUsed else {
            if authorities != nil { self.note(prefix + "ca-file", "is for https, and no url beside it is") }
            if server != nil { self.note(prefix + "server-name", "is for https, and no url beside it is") }
            return nil
        }
        do throws(UpstreamTLSFault) {
            return try UpstreamTLS(authorities: authorities, serverName: server)
        } catch {
            self.note(prefix + (error == .serverNameInvalid ? "server-name" : "ca-file"), error.message)
            return nil
        }
    }

    mutating func credential(
        at prefix: String, of owner: SecretFile.Owner, environment: [String: String],
        read: (String) throws -> String
    ) -> UpstreamCredential {
        var secret: UpstreamSecret?
        if let variable = self.optionalText(prefix + "authorization-environment") {
            secret = environment[variable].flatMap(SecretFile.secret)
            if secret == nil {
                self.note(prefix + "authorization-environment", "the variable \(variable) is not set, or empty")
            }
        }
        guard let path = self.optionalPath(prefix + "authorization-file") else { return UpstreamCredential(secret) }
        do {
            secret = SecretFile.secret(in: try read(path))
            if secret == nil { self.note(prefix + "authorization-file", "is empty; put the key into it") }
        } catch {
            self.note(prefix + "authorization-file", "cannot be read: \(error)")
        }
        let credential = UpstreamCredential(secret)
        self.watch(SecretFile(path: path, owner: owner, credential: credential))
        return credential
    }
}
