package import ArgumentParser
import Foundation
import HTTPTypes
package import NPUTestKit

/// Which service is checked, and how to reach it.
package struct CheckToolTarget: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Base address, such as http://127.0.0.1:8000 or unix:/path. Without it a simulator is started and checked.",
      valueName: "url"))
  package var baseURL: String?
  @Option(help: ArgumentHelp("Model. Default: the first that the service lists.", valueName: "name"))
  package var model: String?
  @Option(
    help: ArgumentHelp("API key; others can see it in the list of processes, so prefer the variable.", valueName: "key")
  )
  package var apiKey: String?
  @Option(help: ArgumentHelp("Environment variable that holds the API key.", valueName: "name"))
  package var apiKeyVariable = "OPENAI_API_KEY"
  @Option(
    name: .customLong("header"),
    help: ArgumentHelp("Another header field, as \"Name: value\". Can be repeated.", valueName: "field"))
  package var headers: [String] = []
  @Option(help: ArgumentHelp("Authorities to trust instead of the system's, in PEM.", valueName: "file"))
  package var cacert: String?
  @Flag(help: "Do not check the server's certificate.")
  package var insecure = false

  package init() {}

  package func service(_ address: String) throws -> ServiceConfiguration {
    let key = apiKey ?? ProcessInfo.processInfo.environment[apiKeyVariable] ?? ""
    var service = try ServiceConfiguration(address, apiKey: key.isEmpty ? nil : Secret(key))
    for header in headers {
      // An error does not show the field, since it may hold a secret.
      let parts = header.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else {
        throw ValidationError("--header takes \"Name: value\"; the name or the colon is missing.")
      }
      service.headers[name] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    return service
  }

  package var transport: TransportConfiguration {
    TransportConfiguration(tls: TLSConfiguration(verifiesServer: !insecure, authorityPath: cacert))
  }
}
