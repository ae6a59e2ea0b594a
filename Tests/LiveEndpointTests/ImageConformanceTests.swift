import Foundation
import NPUTestKit
import XCTest

/// How a test author has an image service judged by XCTest: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_IMAGE_URL=http://127.0.0.1:8000 swift test --filter ImageConformanceTests
/// ```
///
/// `NPUTESTKIT_SKIP` names checks or tags to leave out.
final class ImageConformanceTests: XCTestCase {
  func testTheServiceKeepsToTheProtocol() async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let address = environment["NPUTESTKIT_IMAGE_URL"], !address.isEmpty else {
      throw XCTSkip("Set NPUTESTKIT_IMAGE_URL to the base address of an image service, such as http://127.0.0.1:8000.")
    }
    let service = try ServiceConfiguration(address)
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    defer { transport.shutDown() }
    let wireProtocol = try await ImageCheckContext.findProtocol(transport: transport, service: service)
    var context = ImageCheckContext(transport: transport, service: service, wireProtocol: wireProtocol ?? .diffusers)
    if let side = environment["NPUTESTKIT_IMAGE_SIZE"].flatMap({ Int($0) }) {
      context.size = .init(width: side, height: side)
    }

    let skipped = environment["NPUTESTKIT_SKIP", default: ""].split(separator: ",").map(String.init)
    let suite = try CheckSuite.image.selecting(CheckSelection(skip: skipped))
    let report = await suite.run(in: context)
    print(ConformanceText(report).console)
    try report.require()
  }
}
