import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Whether a service makes the images that its baseline makes, or how like two files are.
@main
struct ImageCompare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image-compare",
    abstract: "Compare the images of two services, or two files: SSIM, MS-SSIM, PSNR and a verdict.",
    usage: """
      image-compare A.png B.png [--json] [--heatmap FILE.png]
      image-compare --info FILE.png [--json]
      image-compare --baseline-url GPU --candidate-url NPU [--heatmaps FOLDER]
      image-compare --baseline-url GPU --record FOLDER
      image-compare --against FOLDER --candidate-url NPU
      """,
    discussion: """
      Red, green and blue are compared; alpha is dropped, gray counts as three equal channels, and 16 bits are rounded \
      to 8. A figure that is not defined is null in JSON: the PSNR of equal images, and SSIM and MS-SSIM of images \
      smaller than 7, 11 and 161 pixels a side (SSIM, SSIM with Gaussian window, MS-SSIM).

      Two files: exit status 0 when compared and printed, 2 when not; with --json standard output then holds an object \
      with the key error.

      Two services are asked for the same prompts and seeds, the baseline twice, so that its own noise is known. Without \
      arguments the simulator's two modes are compared. \(ComparedServiceOptions.exitStatus)
      """)

  @Argument(help: "The baseline.")
  var baseline: String?
  @Argument(help: "The image to judge.")
  var candidate: String?
  @Option(help: ArgumentHelp("Describe this file instead of comparing two.", valueName: "file"))
  var info: String?
  @Option(help: ArgumentHelp("Paint where two files differ into this PNG file; black is alike.", valueName: "file"))
  var heatmap: String?
  @OptionGroup(title: "Services") var compared: ComparedServiceOptions
  @OptionGroup(title: "Images") var images: ImageCaseOptions
  @OptionGroup(title: "Connection") var target: ServiceOptions
  @OptionGroup(title: "Output") var output: CheckReportOptions

  func validate() throws {
    if info != nil {
      guard baseline == nil, candidate == nil, heatmap == nil else {
        throw ValidationError("--info describes one file; leave out the other files and --heatmap.")
      }
    } else if baseline != nil, candidate == nil {
      throw ValidationError("Name two PNG files to compare, or one with --info.")
    } else if heatmap != nil, baseline == nil {
      throw ValidationError("--heatmap paints two files; --heatmaps names a folder for the images of two services.")
    }
  }

  static func main() async { await runAsTool(earlier: ["--record": "--record"], rules: rules) }

  func run() async throws {
    guard info != nil || baseline != nil else { return try await compareServices() }
    try refuseServiceFlags()
    try Failure.told(by: "image-compare", json: output.report.json) {
      if let info {
        try FilePair.describe(info, json: output.report.json)
      } else if let baseline, let candidate {
        try FilePair(baseline: baseline, candidate: candidate).compare(heatmap: heatmap, json: output.report.json)
      }
    }
  }

  /// Refuses flags that have no effect beside files.
  private func refuseServiceFlags() throws {
    let given = GivenFlags(Array(CommandLine.arguments.dropFirst()))
    if let stranger = given.flags.first(where: { !["--json", "--heatmap", "--info"].contains($0) }) {
      throw ValidationError("\(stranger) is for the images of two services; leave it out, or leave out the files.")
    }
  }

  private func compareServices() async throws {
    let simulators =
      compared.services.comparesSimulators
      ? (try await Simulator.start(), try await Simulator.start(behaviour: Self.distorted)) : nil
    let comparison = ServiceComparison(target, compared.services, output, kind: .image, usualRepeats: 2)
    let sheets = try images.heatmaps.map { try ComparisonSheetFolder($0) }
    let size = images.size ?? (simulators == nil ? PixelSize(width: 512, height: 512) : Self.smallSize)
    let status = try await comparison.play(
      simulators: simulators.map { ($0.0.baseURL, $0.1.baseURL) },
      cases: { try $0?.asked() ?? images.cases(size) },
      side: { try await images.side($0, route: target.endpoint) }
    ) { sides in
      try await ImageComparison.run(
        sides.cases, baseline: sides.baseline, candidate: sides.candidate, repeats: sides.repeats,
        concurrency: compared.concurrency, scale: .ssim(atLeast: images.leastSSIM), tolerance: images.tolerance,
        progress: sides.progress
      ) { try sheets?.write($0, $1, $2) }.document
    }
    try await simulators?.0.shutDown()
    try await simulators?.1.shutDown()
    if !status.isSuccess { throw status }
  }

  /// Large enough for every figure.
  private static let smallSize = PixelSize(width: 192, height: 192)

  /// The simulator's "NPU": kernels that round differently.
  private static let distorted = Behaviour().with { $0.images.noise = 3 }
}
