import Foundation
import NPUTestKit
import XCTest

/// How a test author asks any inference service whether it is there: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_SERVICE_URL=http://127.0.0.1:8000 swift test --filter HealthConformanceTests
/// ```
final class HealthConformanceTests: XCTestCase {
  func testTheServiceIsThere() async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let address = environment["NPUTESTKIT_SERVICE_URL"], !address.isEmpty else {
      throw XCTSkip("Set NPUTESTKIT_SERVICE_URL to the base address of a service, such as http://127.0.0.1:8000.")
    }
    let key = environment["OPENAI_API_KEY"].flatMap { $0.isEmpty ? nil : Secret($0) }
    let service = try ServiceConfiguration(address, apiKey: key)
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    defer { transport.shutDown() }
    let report = await CheckSuite.health.run(in: ServiceCheckContext(transport: transport, service: service))
    try report.require()
  }
}
