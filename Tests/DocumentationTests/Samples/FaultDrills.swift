// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/FaultDrills.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit

func sampleFaultDrills1() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/FaultDrills.md", line: 12)


let service = try Service("http://127.0.0.1:8000")
let drill = FaultDrill(service)
let report = await drill.run([.corruptedJSON, .outOfMemoryTokens, .disconnects])
try report.require()
#sourceLocation()
}

func sampleFaultDrills2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/FaultDrills.md", line: 162)
let service = try Service("http://127.0.0.1:8000")
let reading = try await service.state()
print(reading.state, reading.reason)
#sourceLocation()
}

func sampleFaultDrills3() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/FaultDrills.md", line: 174)
var probe = StateProbe()
probe.metricsService = try ServiceConfiguration("http://npu-1:1027")
probe.aiCore = StateProbe.aiCoreUse(by: ["ssh", "npu-1", "npu-smi"])
print(try await Service("http://npu-1:1025").state(probe).reason)
#sourceLocation()
}
