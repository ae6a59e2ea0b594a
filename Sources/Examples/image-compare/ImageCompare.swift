import ArgumentParser
import NPUBase
import NPUMetrics
import ToolSupport

/// Similarity of an image with its baseline, as for services that generate images.
@main
struct ImageCompare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image-compare", abstract: "Compare an image with its baseline: SSIM, MS-SSIM, PSNR and MSE.",
    usage: """
      image-compare A.png B.png [--json] [--heatmap FILE.png]
      image-compare --info FILE.png [--json]
      """,
    discussion: """
      Red, green and blue are compared; alpha is dropped, gray counts as three equal channels, and 16 bits are rounded \
      to 8. A figure that is not defined is null in JSON: the PSNR of equal images, and SSIM and MS-SSIM of images \
      smaller than 7, 11 and 161 pixels a side (SSIM, SSIM with Gaussian window, MS-SSIM). Exit status 0 when \
      compared and printed, 2 when not; with --json standard output then holds an object with the key error.
      """)

  @Argument(help: "The baseline.")
  var baseline: String?
  @Argument(help: "The image to judge.")
  var candidate: String?
  @Option(help: ArgumentHelp("Describe this file instead of comparing two.", valueName: "file"))
  var info: String?
  @Option(help: ArgumentHelp("Paint where they differ into this PNG file; black is alike.", valueName: "file"))
  var heatmap: String?
  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if info != nil {
      guard baseline == nil, candidate == nil, heatmap == nil else {
        throw ValidationError("--info describes one file; leave out the other files and --heatmap.")
      }
    } else if candidate == nil {
      throw ValidationError("Name two PNG files to compare, or one with --info.")
    }
  }

  static func main() async { await runAsTool() }

  func run() throws {
    try Failure.told(by: "image-compare", json: json) {
      if let info {
        try describe(info)
      } else if let baseline, let candidate {
        try compare(baseline, candidate)
      }
    }
  }

  private func describe(_ path: String) throws {
    let description = ImageDescription(try ImageFile(path).image)
    try Console.line(json ? try Console.json(description) : description.text)
  }

  private func compare(_ baseline: String, _ candidate: String) throws {
    if let heatmap, let file = FileIdentity(heatmap),
      [baseline, candidate].contains(where: { FileIdentity($0) == file })
    {
      throw Failure(
        kind: "unwritable_file",
        message: "--heatmap would write over \(heatmap), which is one of the images; name another file.")
    }
    let file = try heatmap.map(ImageFile.output)
    let first = try ImageFile(baseline).image.pixels.rgb
    let second = try ImageFile(candidate).image.pixels.rgb
    let comparison = try Failure.wrapping { try ImageComparison(first, second) }
    if let file {
      let image = try Failure.wrapping { try StructuralSimilarity.standard.map(first, second).heatImage.pngEncoded() }
      try ImageFile.write(image, to: file)
    }
    try Console.line(json ? try Console.json(comparison) : comparison.text)
  }
}
