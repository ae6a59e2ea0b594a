import Foundation
import HTTPTypes
import NPUMetrics
import NPUTestKit
import XCTest

/// How a test author tests an image service of their own: this file is meant to be copied.
///
/// ```sh
/// NPUTESTKIT_IMAGE_URL=http://127.0.0.1:8000 NPUTESTKIT_IMAGE_SIZE=512 swift test --filter ImageServiceTests
/// ```
final class ImageServiceTests: XCTestCase {
  private var transport: CurlTransport?
  private var client: ImageClient?
  private var side = 512

  override func setUp() async throws {
    let environment = ProcessInfo.processInfo.environment
    guard let address = environment["NPUTESTKIT_IMAGE_URL"], !address.isEmpty else {
      throw XCTSkip("Set NPUTESTKIT_IMAGE_URL to the base address of an image service, such as http://127.0.0.1:8000.")
    }
    side = environment["NPUTESTKIT_IMAGE_SIZE"].flatMap { Int($0) } ?? side
    let service = try ServiceConfiguration(address)
    let transport = try CurlTransport(configuration: service.endpoint.transportConfiguration())
    client = ImageClient(transport: transport, service: service)
    self.transport = transport
  }

  override func tearDown() async throws { transport?.shutDown() }

  func testAnImageHasTheSizeThatWasAskedFor() async throws {
    let image = try await XCTUnwrap(client).generate(request(seed: 1)).images[0]
    let pixels = try image.decoded().pixels
    XCTAssertEqual(pixels.width, side)
    XCTAssertEqual(pixels.height, side)
  }

  func testTheSameSeedGivesTheSamePixels() async throws {
    let client = try XCTUnwrap(client)
    let first = try await client.generate(request(seed: 42)).images[0].decoded().pixels
    let second = try await client.generate(request(seed: 42)).images[0].decoded().pixels
    let other = try await client.generate(request(seed: 43)).images[0].decoded().pixels
    XCTAssertEqual(first, second)
    XCTAssertNotEqual(first, other)
    XCTAssertEqual(try StructuralSimilarity().score(first, second).mean, 1, accuracy: 1e-12)
  }

  func testASizeThatNoModelMakesIsRefused() async throws {
    var request = request(seed: 1)
    request.width = 13
    let response = try await XCTUnwrap(client).response(to: request)
    XCTAssertGreaterThanOrEqual(response.head.status.code, 400)
  }

  func testAShortLoadKeepsItsLimits() async throws {
    let workload = ImageWorkload(
      client: try XCTUnwrap(client), pattern: request(seed: 7), prompts: PromptList.fixed("a lighthouse at dawn"),
      decodesPixels: true)
    var session = LoadSession(
      plan: try LoadPlan(arrival: .closedLoop(concurrency: 2), stop: .requests(4)), workload: workload,
      transport: try XCTUnwrap(transport))
    session.options.objectives = try ["e2e:p99<120s", "failure_rate<=0"].map { try ServiceLevelObjective($0) }
    let report = try await session.run().report
    XCTAssertEqual(report.requests.failures, [])
    XCTAssertTrue(report.passes, ReportText(report).console)
    XCTAssertEqual(report.figures(of: .images)?.total, 4)
  }

  private func request(seed: Int) -> ImageRequest {
    ImageRequest(prompt: "a lighthouse at dawn", width: side, height: side, steps: 4, seed: seed)
  }
}
