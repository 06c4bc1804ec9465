import ArgumentParser
import FoundationEssentials
import Gateway
import Ledger
import NIOCore
import NIOPosix
import ReleaseModel
import Store
import Telemetry
import Upstreams

/// Looks whether this host can run what is configured.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check that this host can run the configuration: folders, keys, ports, upstreams.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        let configuration = try self.options.configuration()
        let findings = Self.local(configuration) + (await Self.network(configuration))
        for finding in findings {
            StandardOutput.write("\(finding.isWell ? "ok  " : "FAIL") \(finding.subject): \(finding.detail)\n")
        }
        if findings.contains(where: { !$0.isWell }) { throw ExitCode(6) }
    }

    /// One thing that was looked at.
    struct Finding {
        var subject: String
        var isWell: Bool
        var detail: String
    }

    private static func local(_ configuration: ServerConfiguration) -> [Finding] {
        let folder = DataFolder(path: configuration.data)
        guard DataFolder.exists(folder.signingKey) else {
            return [
                Finding(
                    subject: "data", isWell: false,
                    detail: "\(folder.path) is not set up; run `sluice init --data \(folder.path)`")
            ]
        }
        var findings = [Finding(subject: "data", isWell: true, detail: folder.path)]
        let mode = (try? FileManager.default.attributesOfItem(atPath: folder.signingKey)[.posixPermissions]) as? Int
        findings.append(
            Finding(
                subject: "signing key", isWell: mode.map { $0 & 0o077 == 0 } ?? false,
                detail: "\(folder.signingKey) must be for its owner alone (chmod 600)"))
        for log in DataFolder.Log.allCases {
            do {
                let checkpoint = try LogReader(directory: folder.log(log)).checkpoint()
                findings.append(
                    Finding(subject: "\(log.rawValue) log", isWell: true, detail: "\(checkpoint.size) entries signed"))
            } catch LogFault.missing where log == .access {
                findings.append(Finding(subject: "access log", isWell: true, detail: "none yet; `serve` makes it"))
            } catch {
                findings.append(Finding(subject: "\(log.rawValue) log", isWell: false, detail: "\(error)"))
            }
        }
        findings.append(Self.evidence(in: folder))
        findings += (configuration.certificates + configuration.controlCertificates).map(Self.certificate)
        if configuration.gateway.upstreams.isEmpty {
            findings.append(
                Finding(subject: "upstreams", isWell: false, detail: "none is configured, so no model can answer"))
        }
        return findings
    }

    /// The files of evidence that the control log names.
    private static func evidence(in folder: DataFolder) -> Finding {
        do {
            let evidence = try AttachedEvidence(try LogReader(directory: folder.log(.control)), in: folder)
            let detail =
                evidence.findings.isEmpty
                ? "\(evidence.files.count) files are as they were attached"
                : evidence.findings.map(\.description).joined(separator: "; ")
            return Finding(subject: "evidence", isWell: evidence.findings.isEmpty, detail: detail)
        } catch {
            return Finding(subject: "evidence", isWell: false, detail: "\(error)")
        }
    }

    private static func certificate(_ files: CertificateFiles) -> Finding {
        do throws(CertificateFault) {
            let until = try Certificate(files).until
            return Finding(
                subject: "certificate of \(files.place)", isWell: until.milliseconds > WallClock.milliseconds(),
                detail: "\(files.certificate) is for until \(Moment.text(until))")
        } catch {
            return Finding(subject: "certificate of \(files.place)", isWell: false, detail: error.description)
        }
    }

    private static func network(_ configuration: ServerConfiguration) async -> [Finding] {
        var findings: [Finding] = []
        let listeners = [
            ("gateway", configuration.gateway.host, configuration.gateway.port),
            ("control", configuration.controlHost, configuration.controlPort),
        ]
        for (name, host, port) in listeners {
            do {
                let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .bind(host: host, port: port).get()
                try await channel.close()
                findings.append(Finding(subject: "\(name) port", isWell: true, detail: "\(host):\(port) is free"))
            } catch {
                findings.append(
                    Finding(
                        subject: "\(name) port", isWell: false,
                        detail: "\(host):\(port) cannot be listened at: \(error); if Sluice runs already, all is well"))
            }
        }
        for (name, upstream) in configuration.gateway.upstreams.sorted(by: { $0.key < $1.key }) {
            for (place, endpoint) in upstream.endpoints.enumerated() {
                let subject = upstream.endpoints.count > 1 ? "upstream \(name) \(endpoint.name)" : "upstream \(name)"
                let fault = await UpstreamCheck(upstream, endpoint: place).run()
                findings.append(
                    Finding(
                        subject: subject, isWell: fault == nil,
                        detail: "\(endpoint.address.authority) "
                            + (fault.map { "cannot be reached: \($0)" } ?? "answers")))
            }
        }
        return findings
    }
}
