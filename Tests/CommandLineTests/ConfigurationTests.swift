import Foundation
import Gateway
import HTTPWire
import ReleaseModel
import SluiceTesting
import Testing
import Upstreams

@testable import sluice

@Suite("A configuration")
struct ConfigurationTests {
    private func read(
        _ yaml: String, environment: [String: String] = [:], flags: [String: String] = [:],
        file: (String) throws -> String = { _ in "secret-of-the-upstream\n" }
    ) throws -> ServerConfiguration {
        let values = ConfigurationValues(file: ("sluice.yaml", yaml), environment: environment, flags: flags)
        return try ServerConfiguration(values, folder: "/srv", environment: environment, read: file)
    }

    private func faults(_ yaml: String) -> [ConfigurationFault] {
        do {
            _ = try self.read(yaml)
            return []
        } catch let faults as ConfigurationFaults {
            return faults.faults
        } catch {
            return []
        }
    }

    @Test("without anything has the documented defaults")
    func defaults() throws {
        let configuration = try self.read("")
        #expect(configuration.gateway.port == 7080)
        #expect(configuration.controlPort == 7081)
        #expect(configuration.gateway.host == "127.0.0.1")
        #expect(configuration.gateway.limits.bodyBytes == 10 << 20)
        #expect(configuration.gateway.upstreams.isEmpty)
    }

    @Test("takes a flag before the environment, and that before the file")
    func precedence() throws {
        let yaml = "gateway: {port: 1, loops: 1, region: file}"
        let environment = ["SLUICE_GATEWAY_PORT": "2", "SLUICE_GATEWAY_LOOPS": "2"]
        let configuration = try self.read(yaml, environment: environment, flags: ["gateway.port": "3"])
        #expect(configuration.gateway.port == 3)
        #expect(configuration.gateway.loops == 2)
        #expect(configuration.gateway.region == Name("file"))
    }

    @Test("says all faults at once, each with its line")
    func allFaults() throws {
        let faults = self.faults(
            """
            gateway:
              port: 99999
              prot: 80
            upstreams:
              one: {url: "ftp://x"}
              two: {}
            logging: {level: loud}
            """)
        #expect(
            faults.contains { $0.place == "sluice.yaml:2" && $0.key == "gateway.port" && $0.message.contains("65535") })
        #expect(faults.contains { $0.key == "gateway.prot" && $0.message.contains("did you mean gateway.port?") })
        #expect(faults.contains { $0.key == "upstreams.one.url" })
        #expect(faults.contains { $0.key == "upstreams.two.url" && $0.message.contains("is missing") })
        #expect(faults.contains { $0.key == "logging.level" })
    }

    @Test("takes a certificate with its key, and neither alone, for each listener", arguments: ["gateway", "control"])
    func certificate(listener: String) throws {
        func shown(_ configuration: ServerConfiguration) -> [CertificateFiles] {
            listener == "gateway" ? configuration.certificates : configuration.controlCertificates
        }
        let yaml = "\(listener): {tls: {certificate-file: chain.pem, key-file: /run/key.pem}}"
        let place = "\(listener).tls"
        #expect(
            shown(try self.read(yaml))
                == [CertificateFiles(place: place, certificate: "/srv/chain.pem", key: "/run/key.pem")])
        #expect(shown(try self.read("")).isEmpty)
        #expect(self.faults("\(listener): {tls: {key-file: k}}").map(\.key) == ["\(place).certificate-file"])
        #expect(self.faults("\(listener): {tls: {certificate-file: c}}").map(\.key) == ["\(place).key-file"])
    }

    @Test("takes further certificates by names, in their order, and only beside a first one")
    func certificates() throws {
        let pair = "certificate-file: a, key-file: b"
        let others =
            "others: {z.example: {certificate-file: c, key-file: d}, partner: {certificate-file: e, key-file: f}}"
        #expect(
            try self.read("gateway: {tls: {\(pair), \(others)}}").certificates.map(\.certificate)
                == ["/srv/a", "/srv/c", "/srv/e"])
        #expect(self.faults("gateway: {tls: {\(others)}}").map(\.key) == ["gateway.tls.certificate-file"])
        #expect(
            self.faults("gateway: {tls: {\(pair), others: {x: {key-file: k}, y: {}}}}").map(\.key)
                == ["gateway.tls.others.x.certificate-file", "gateway.tls.others.y.certificate-file"])
        #expect(
            self.faults("control: {tls: {\(pair), others: {x: {key-fiel: k}}}}").first?.message
                .contains("did you mean control.tls.others.x.key-file?") == true)
        let lines = ConfigCommand.Check.lines(
            ConfigurationValues(
                file: ("sluice.yaml", "gateway: {tls: {\(pair), \(others)}}"), environment: [:], flags: [:]))
        #expect(lines.contains { $0.hasPrefix("gateway.tls.others.z.example.key-file") && $0.contains(" d ") })
    }

    @Test("knows an upstream whose name has dots")
    func dottedNames() throws {
        let yaml = "upstreams: {gpu.pool: {endpoints: {a.b: {url: \"http://h:1\", weight: 3}}}}"
        let upstream = try #require(try self.read(yaml).gateway.upstreams[Name("gpu.pool")!])
        #expect(upstream.endpoints.map(\.name) == ["a.b"] && upstream.endpoints.map(\.weight) == [3])
    }

    @Test("reads proxies as a list, or with commas from the environment, and what is no address as a fault")
    func proxies() throws {
        let ranges = [AddressRange("10.0.0.0/8"), AddressRange("2001:db8::7")]
        let yaml = "gateway: {proxies: [10.0.0.0/8, \"2001:db8::7\"], proxy-protocol: true, http2: false}"
        let gateway = try self.read(yaml).gateway
        #expect(gateway.proxies == ranges && gateway.proxyProtocol && !gateway.http2)
        let environment = ["SLUICE_GATEWAY_PROXIES": "10.0.0.0/8, 2001:db8::7"]
        #expect(try self.read("", environment: environment).gateway.proxies == ranges)
        #expect(self.faults("gateway: {proxies: [10.0.0.1/8]}").map(\.key) == ["gateway.proxies"])
        #expect(self.faults("gateway: {proxies: [[10.0.0.0/8]]}").map(\.key) == ["gateway.proxies"])
        #expect(self.faults("gateway: {proxy-protocol: true}").map(\.key) == ["gateway.proxy-protocol"])
        #expect(self.faults("gateway: {http2: perhaps}").map(\.key) == ["gateway.http2"])
    }

    @Test(
        "refuses a key that does not exist and names the nearest",
        arguments: [
            ("gatewy: {port: 1}", "gateway"), ("control: {hots: x}", "control.host"),
            ("upstreams: {u: {url: \"http://h\", total-timout: 1s}}", "upstreams.u.total-timeout"),
            ("upstreams: {u: {endpoints: {a: {wieght: 1}}}}", "upstreams.u.endpoints.a.weight"),
        ])
    func nearest(yaml: String, expected: String) {
        #expect(self.faults(yaml).contains { $0.message.contains("did you mean \(expected)?") }, "\(self.faults(yaml))")
    }

    @Test("refuses a list, a key that is there twice, and text that is not YAML")
    func shapes() {
        #expect(!self.faults("gateway: [1, 2]").isEmpty)
        #expect(!self.faults("gateway: {port: 1, port: 2}").isEmpty)
        #expect(!self.faults("gateway: {port: 1").isEmpty)
    }

    @Test("reads an upstream's key from its file, and shows it nowhere")
    func secret() throws {
        let yaml = "upstreams: {u: {url: \"http://h:1/base\", authorization-file: key}}"
        let configuration = try self.read(yaml)
        let upstream = try #require(configuration.gateway.upstreams[Name("u")!])
        #expect(upstream.credential.current != nil)
        #expect(!"\(configuration)".contains("secret-of-the-upstream"))
        #expect(!String(reflecting: upstream).contains("secret-of-the-upstream"))
        #expect(throws: ConfigurationFaults.self) { try self.read(yaml, file: { _ in throw SetUpFault("no") }) }
    }

    @Test("takes one url, or endpoints with names and weights")
    func endpoints() throws {
        let configuration = try self.read(
            """
            upstreams:
              one: {url: "http://127.0.0.1:1"}
              pool:
                allow-local-addresses: true
                endpoints:
                  large: {url: "http://10.0.0.5:8000", weight: 3}
                  small: {url: "https://gpu.example"}
            """)
        let one = try #require(configuration.gateway.upstreams[Name("one")!])
        #expect(one.endpoints.map(\.name) == ["one"])
        #expect(one.tls == nil && !one.allowsLocalAddresses)
        let pool = try #require(configuration.gateway.upstreams[Name("pool")!])
        #expect(pool.endpoints.map(\.name) == ["large", "small"])
        #expect(pool.endpoints.map(\.weight) == [3, 1])
        #expect(pool.endpoints[1].address.authority == "gpu.example")
        #expect(pool.tls != nil && pool.allowsLocalAddresses)
    }

    @Test(
        "refuses an upstream that is half of each, or nothing",
        arguments: [
            ("{url: \"http://h\", endpoints: {a: {url: \"http://h\"}}}", "upstreams.u.url"),
            ("{endpoints: {a: {weight: 2}}}", "upstreams.u.endpoints.a.url"),
            ("{endpoints: {a: {url: \"http://h\", weight: 0}}}", "upstreams.u.endpoints.a.weight"),
            ("{endpoints: {a: {url: \"http://169.254.169.254\"}}}", "upstreams.u.endpoints.a.url"),
            ("{endpoints: {\"a b\": {url: \"http://h\"}}}", "upstreams.u.endpoints.a b"),
            ("{url: \"http://h\", allow-local-addresses: \"yes\"}", "upstreams.u.allow-local-addresses"),
            ("{url: \"http://h\", server-name: a.example}", "upstreams.u.server-name"),
            ("{url: \"https://h\", ca-file: /nowhere.pem}", "upstreams.u.ca-file"),
            ("{url: \"http://h\", authorization-environment: NOWHERE}", "upstreams.u.authorization-environment"),
            ("{timeout: 1s}", "upstreams.u.timeout"),
        ])
    func halves(yaml: String, key: String) {
        let faults = self.faults("upstreams: {u: \(yaml)}")
        #expect(faults.contains { $0.key == key }, "\(faults)")
    }

    @Test("shows the settings of every endpoint by its name")
    func checked() {
        let yaml = "upstreams: {u: {endpoints: {a: {url: \"http://h\", weight: 3}, b: {url: \"http://i\"}}}}"
        let lines = ConfigCommand.Check.lines(
            ConfigurationValues(file: ("sluice.yaml", yaml), environment: [:], flags: [:]))
        let rows = Set(lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") })
        #expect(
            rows.isSuperset(of: [
                "upstreams.u.endpoints.a.url http://h", "upstreams.u.endpoints.a.weight 3",
                "upstreams.u.endpoints.b.url http://i", "upstreams.u.endpoints.b.weight 1",
            ]))
        #expect(!lines.contains { $0.contains("*") })
    }

    @Test("has every key, its default and its environment variable in the reference")
    func reference() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/reference/configuration.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == ConfigurationKey.all.count)
        for key in ConfigurationKey.all {
            let row = try #require(rows.first { $0.hasPrefix("| `\(key.path)` ") }, "\(key.path)")
            #expect(row.contains(key.help))
            if let standard = key.standard { #expect(row.contains("`\(standard)`")) }
            if let name = key.environmentName { #expect(row.contains("`\(name)`")) }
        }
    }

    @Test(
        "reads durations with their unit and nothing else",
        arguments: zip(
            ["250ms", "5s", "10m", "2h", "5", "s", "-1s", "1.5s", ""],
            [250, 5_000, 600_000, 7_200_000, nil, nil, nil, nil, nil] as [Int64?]))
    func durations(text: String, expected: Int64?) {
        #expect(Duration.milliseconds(parsing: text) == expected)
    }
}
