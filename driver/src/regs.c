/* SPDX-License-Identifier: Apache-2.0
 * Register access through the port, with trace, and the one waiting loop for registers.
 * Not here: offsets and fields (generated). Proof: driver/test/test_dev.c compares recorded accesses. */
#include "dev_internal.h"

static void trace(const struct smmu_port *port, uint16_t kind, uint32_t offset, uint64_t value, uint8_t size_bytes)
{
	if (!port->trace)
		return;
	const struct smmu_trace_record record = { .kind = kind, .source = 0xffff, .size = size_bytes, .addr = offset,
						  .data = { value } };
	port->trace->emit(port->trace->ctx, &record);
}

uint32_t smmu_port_read32(const struct smmu_port *port, uint32_t offset)
{
	const uint32_t value = port->read32(port->ctx, offset);
	trace(port, SMMU_TRACE_MMIO_READ, offset, value, 4);
	return value;
}

void smmu_port_write32(const struct smmu_port *port, uint32_t offset, uint32_t value)
{
	trace(port, SMMU_TRACE_MMIO_WRITE, offset, value, 4);
	port->write32(port->ctx, offset, value);
}

uint64_t smmu_port_read64(const struct smmu_port *port, uint32_t offset)
{
	uint64_t value;
	if (port->read64) {
		value = port->read64(port->ctx, offset);
	} else {
		value = port->read32(port->ctx, offset);
		value |= (uint64_t)port->read32(port->ctx, offset + 4) << 32;
	}
	trace(port, SMMU_TRACE_MMIO_READ, offset, value, 8);
	return value;
}

void smmu_port_write64(const struct smmu_port *port, uint32_t offset, uint64_t value)
{
	trace(port, SMMU_TRACE_MMIO_WRITE, offset, value, 8);
	if (port->write64) {
		port->write64(port->ctx, offset, value);
		return;
	}
	port->write32(port->ctx, offset, (uint32_t)value);
	port->write32(port->ctx, offset + 4, (uint32_t)(value >> 32));
}

smmu_status smmu_port_wait32(struct smmu_sys *sys, const struct smmu_port *port, uint32_t offset, uint32_t mask, uint32_t want,
			     uint64_t *rounds)
{
	struct smmu_wait wait;
	smmu_wait_begin(sys, &wait);
	while ((smmu_port_read32(port, offset) & mask) != want) {
		if (rounds)
			++*rounds;
		if (!smmu_wait_more(sys, &wait, false))
			return SMMU_E_TIMEOUT;
	}
	return SMMU_OK;
}

uint32_t smmu_read32(struct smmu_dev *dev, uint32_t offset)
{
	return smmu_port_read32(&dev->port, offset);
}

void smmu_write32(struct smmu_dev *dev, uint32_t offset, uint32_t value)
{
	smmu_port_write32(&dev->port, offset, value);
}

void smmu_write64(struct smmu_dev *dev, uint32_t offset, uint64_t value)
{
	smmu_port_write64(&dev->port, offset, value);
}

smmu_status smmu_wait32(struct smmu_dev *dev, uint32_t offset, uint32_t mask, uint32_t want)
{
	uint64_t rounds = 0;
	const smmu_status status = smmu_port_wait32(dev->sys, &dev->port, offset, mask, want, &rounds);
	atomic_fetch_add_explicit(&dev->cmdq.polls, rounds, memory_order_relaxed);
	return status;
}
